package kshot.app.pipeline;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import kshot.app.terminal.Console;
import kshot.search.Evaluation;
import kshot.space.Architecture;
import kshot.torch.SupernetEvaluator;
import kshot.torch.SupernetTrainer;

/** Evaluates given architectures under the trained supernets of a run. */
public final class Evaluations {
    private Evaluations() {}

    /** Calls back with each as soon as it is done, in order. */
    public static void each(Run run, List<Architecture> architectures, Consumer<Evaluation> consumer)
            throws IOException {
        try (SupernetTrainer trained = TrainStep.load(run);
                SupernetEvaluator evaluator = SearchStep.evaluator(run, trained);
                Console.Progress progress = run.console().progress("evaluate", architectures.size())) {
            for (int i = 0; i < architectures.size(); i++) {
                consumer.accept(
                        evaluator.evaluate(architectures.subList(i, i + 1)).get(0));
                progress.update(i + 1, "");
            }
        }
    }
}
