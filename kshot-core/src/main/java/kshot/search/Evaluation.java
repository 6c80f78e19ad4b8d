package kshot.search;

import kshot.network.Cost;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/**
 * An architecture with its scores and its cost.
 *
 * @param architecture the architecture
 * @param scores by which architectures are compared
 * @param cost of its network
 */
public record Evaluation(Architecture architecture, Scores scores, Cost cost) {

    /** Returns the evaluation of an architecture whose network is counted here. */
    public static Evaluation of(SearchSpace space, Architecture architecture, Scores scores) {
        return new Evaluation(architecture, scores, Cost.of(space.network(architecture)));
    }

    /** Returns the score of a name; see {@link Scores#get}. */
    public double score(String name) {
        return scores.get(name);
    }

    /** Returns a copy with more scores, which replace those of their names. */
    public Evaluation with(Scores more) {
        return new Evaluation(architecture, scores.and(more), cost);
    }
}
