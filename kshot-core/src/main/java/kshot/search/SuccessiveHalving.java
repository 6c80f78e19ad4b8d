package kshot.search;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import kshot.common.Range;
import kshot.space.Architecture;

/**
 * Successive halving (Jamieson &amp; Talwalkar 2016, arXiv 1502.07943; Li et al. 2018, arXiv 1603.06560): many candidates get a
 * small budget each, and one of η of them, the best, η times as much, again and again.
 */
public final class SuccessiveHalving {
    private SuccessiveHalving() {}

    /**
     * A rung: how many candidates are tried, and at which budget.
     *
     * @param count number of candidates
     * @param budget of each, for example epochs
     */
    public record Rung(int count, int budget) {
        public Rung {
            Range.atLeast(2).require("count", count);
            Range.atLeast(1).require("budget", budget);
        }
    }

    /**
     * Returns rungs: rung i, from 0, tries ⌊count / η^i⌋ candidates at the budget times η^i. There are as many as asked for, or
     * fewer: each has at least two candidates.
     *
     * @param count candidates of the first rung
     * @param budget of the first rung
     * @param eta η, at least 2
     * @param most how many rungs at most
     */
    public static List<Rung> rungs(int count, int budget, int eta, int most) {
        List<Rung> rungs = new ArrayList<>();
        int left = count;
        int each = budget;
        while (left >= 2 && rungs.size() < most) {
            rungs.add(new Rung(left, each));
            left /= eta;
            each = Math.multiplyExact(each, eta);
        }
        return rungs;
    }

    /**
     * Evaluates candidates rung by rung.
     *
     * @param candidates at least as many as the first rung tries; of equally good ones an earlier one is the better
     * @param rungs none of which tries more than the one before
     * @param score name of the score by which the best go on
     * @param atBudget returns what evaluates candidates at a budget
     * @return the evaluations of each rung, the best first; the first of the last rung is the winner
     */
    public static List<List<Evaluation>> run(
            List<Architecture> candidates, List<Rung> rungs, String score, IntFunction<Evaluator> atBudget) {
        List<List<Evaluation>> ranked = new ArrayList<>();
        List<Architecture> left = candidates;
        for (Rung rung : rungs) {
            List<Evaluation> evaluated =
                    new ArrayList<>(atBudget.apply(rung.budget()).evaluate(left.subList(0, rung.count())));
            evaluated.sort((a, b) -> Double.compare(b.score(score), a.score(score)));
            ranked.add(List.copyOf(evaluated));
            left = evaluated.stream().map(Evaluation::architecture).toList();
        }
        return ranked;
    }
}
