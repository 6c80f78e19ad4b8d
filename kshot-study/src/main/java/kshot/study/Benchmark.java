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
import kshot.run.Evaluations;
import kshot.run.Ranking;
import kshot.run.Run;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.space.SearchSpace;
import org.jspecify.annotations.Nullable;

/**
 * What rankings are measured against.
 *
 * @param table of true accuracies
 * @param column of the table
 * @param sample how many architectures of it, drawn by the seed; null for all
 * @param seed of the sample: the same architectures for all members of a study
 */
public record Benchmark(
        BenchmarkTable table, String column, @Nullable Integer sample, Seed seed) {
    /**
     * Reads what is ranked, for trainings take hours.
     *
     * @throws InvalidInputException if the table has no such column or too few architectures, or if a value of
     *     one is no number
     */
    public Benchmark {
        table.column(column, Ranking.architectures(table, sample, seed));
    }

    /**
     * Reads the architectures, likewise.
     *
     * @throws InvalidInputException if one is not in the space
     */
    public Benchmark requireIn(SearchSpace space) {
        architectures().forEach(space::parse);
        return this;
    }

    /**
     * Reads the whole table, for studies that look up whatever a search finds.
     *
     * @throws InvalidInputException if it does not hold all of the space
     */
    public Benchmark requireWhole(SearchSpace space) {
        List<String> keys = table.keys();
        keys.forEach(space::parse);
        table.column(column, keys);
        InvalidInputException.require(
                space.size().equals(BigInteger.valueOf(keys.size())),
                "number of architectures in the table",
                keys.size(),
                "all " + space.size() + " of " + space.name() + ": a search may find any");
        return this;
    }

    /** The architectures that are ranked, in the text form of their space. */
    List<String> architectures() {
        return Ranking.architectures(table, sample, seed);
    }

    /** How the supernets of a run rank the architectures. */
    Ranking ranking(Run run, String score) throws IOException {
        return Ranking.ofRun(run, table, column, sample, score, seed);
    }

    /** True accuracies of the architectures. */
    double[] values() {
        return table.column(column, architectures());
    }

    /** The architectures, evaluated. */
    List<Evaluation> evaluate(SearchSpace space, Evaluator evaluator) {
        return evaluator.evaluate(architectures().stream().map(space::parse).toList());
    }

    /** The architectures, evaluated under the supernets of a run. */
    List<Evaluation> evaluate(Run run) throws IOException {
        try (Evaluations evaluations = Evaluations.open(run)) {
            return evaluate(run.space(), evaluations.evaluator());
        }
    }

    /**
     * Kendall's τ-b of a ranking by each score, by the score's name in JSON.
     *
     * @param evaluated the architectures
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
