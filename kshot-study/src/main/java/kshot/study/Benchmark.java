package kshot.study;

import java.io.IOException;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.predict.SupernetScores;
import kshot.rank.BenchmarkTable;
import kshot.rank.RankCorrelation;
import kshot.run.Run;
import kshot.run.evaluate.Evaluations;
import kshot.run.evaluate.Ranking;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import org.jspecify.annotations.Nullable;

/**
 * The architectures of a benchmark table that rankings are measured on, with their true accuracies. The table is text; here its
 * keys become architectures.
 *
 * @param space of the architectures
 * @param table of true accuracies
 * @param column of the table
 * @param sample how many architectures of it, drawn by the seed; null for all
 * @param seed of the sample: the same architectures for all members of a study
 */
public record Benchmark(
        SearchSpace space,
        BenchmarkTable table,
        String column,
        @Nullable Integer sample,
        Seed seed) {
    /**
     * Checks what is ranked before hours of training.
     *
     * @throws InvalidInputException if the table has no such column or too few architectures, if a value of one is no number,
     *     or if one is not in the space
     */
    public Benchmark {
        List<String> keys = Ranking.architectures(table, sample, seed);
        table.column(column, keys);
        keys.forEach(space::parse);
    }

    /**
     * Checks that the table holds the whole space, for studies that look up whatever a search finds.
     *
     * @throws InvalidInputException if it does not
     */
    public Benchmark requireWhole() {
        int size = wholeTable().size();
        InvalidInputException.require(
                space.size().equals(BigInteger.valueOf(size)),
                "number of architectures in the table",
                size,
                "all " + space.size() + " of " + space.name() + ": a search may find any");
        return this;
    }

    /** Returns the true accuracy of each architecture of the table, whatever the sample. */
    Map<Architecture, Double> wholeTable() {
        List<String> keys = table.keys();
        double[] values = table.column(column, keys);
        Map<Architecture, Double> all = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            all.put(space.parse(keys.get(i)), values[i]);
        }
        return all;
    }

    /** Returns the architectures that are ranked. */
    List<Architecture> architectures() {
        return keys().stream().map(space::parse).toList();
    }

    /** Returns the true accuracies of the architectures. */
    double[] values() {
        return table.column(column, keys());
    }

    private List<String> keys() {
        return Ranking.architectures(table, sample, seed);
    }

    /** Returns the ranking of the architectures by predictors of a run. */
    Ranking ranking(Run run, List<String> predictors) throws IOException {
        return Ranking.ofRun(run, table, column, sample, predictors, seed);
    }

    /** Returns the evaluations of the architectures under the supernets of a run. */
    List<Evaluation> evaluate(Run run) throws IOException {
        try (Evaluations evaluations = Evaluations.open(run, List.of(SupernetScores.LOG_LIKELIHOOD))) {
            return evaluate(evaluations.evaluator());
        }
    }

    /** Returns the evaluations of the architectures by an evaluator. */
    List<Evaluation> evaluate(Evaluator evaluator) {
        return evaluator.evaluate(architectures());
    }

    /**
     * Returns Kendall's τ-b of a ranking by each score, by the score's name in JSON.
     *
     * @param evaluated the architectures, in their order
     */
    Map<String, Double> tauB(List<Evaluation> evaluated) {
        double[] values = values();
        Map<String, Double> taus = new LinkedHashMap<>();
        for (String score : SupernetScores.NAMES) {
            taus.put(
                    score,
                    RankCorrelation.kendallB(
                            values,
                            evaluated.stream().mapToDouble(e -> e.score(score)).toArray()));
        }
        return taus;
    }
}
