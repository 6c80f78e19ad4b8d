package kshot.search;

import java.util.List;
import kshot.space.Architecture;

/** Evaluates architectures. It gets a whole generation at once, so that the work can be batched or sharded. */
@FunctionalInterface
public interface Evaluator {

    /** One evaluation for each architecture, in the order given. */
    List<Evaluation> evaluate(List<Architecture> architectures);
}
