package kshot.app.study;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.app.pipeline.Ranking;
import kshot.app.pipeline.Run;
import kshot.common.Seed;
import kshot.rank.BenchmarkTable;
import kshot.rank.Metric;
import kshot.search.Score;
import org.jspecify.annotations.Nullable;

/**
 * What rankings are measured against.
 *
 * @param table of true accuracies
 * @param column of the table
 * @param sample how many architectures of it, drawn by the seed; null for all
 * @param seed of the sample: the same architectures for all members of a study
 */
public record Truth(
        BenchmarkTable table, String column, @Nullable Integer sample, Seed seed) {

    /** The architectures that are ranked, in the text form of their space. */
    List<String> architectures() {
        return Ranking.architectures(table, sample, seed);
    }

    /** How the supernets of a run rank the architectures. */
    Ranking ranking(Run run, Score score) throws IOException {
        return Ranking.ofRun(run, table, column, sample, score, seed);
    }

    /** Kendall's τ-b of that ranking by each score, by the score's name in JSON. */
    Map<String, Double> tauB(Run run) throws IOException {
        Map<String, Double> taus = new LinkedHashMap<>();
        for (Score score : Score.values()) {
            taus.put(Words.key(score), ranking(run, score).report().scores().value(Metric.KENDALL_B));
        }
        return taus;
    }
}
