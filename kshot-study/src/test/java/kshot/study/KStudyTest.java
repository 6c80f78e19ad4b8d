package kshot.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import kshot.predict.SupernetScores;
import kshot.rank.Interval;
import kshot.rank.Metric;
import kshot.rank.Metrics;
import kshot.rank.RankingReport;
import kshot.study.KStudy.Member;
import kshot.study.result.Markdown;
import kshot.study.result.Spread;
import org.junit.jupiter.api.Test;

class KStudyTest {
    private static final KStudy STUDY = KStudy.of(
            report(0.5),
            List.of(
                    ranking(1, 1, 0.60),
                    ranking(1, 2, 0.50),
                    ranking(1, 3, 0.70),
                    ranking(2, 1, 0.70),
                    ranking(2, 2, 0.40),
                    ranking(2, 3, 0.76),
                    ranking(8, 1, 0.58),
                    ranking(8, 2, 0.47),
                    ranking(8, 3, 0.66)));

    private static RankingReport report(double tau) {
        Metrics metrics = new Metrics(Map.of(Metric.KENDALL_B, new Interval(tau, tau, tau)));
        return new RankingReport(10, metrics, metrics, Map.of(), Map.of(), Map.of(), "");
    }

    private static Member ranking(int k, long seed, double tau) {
        return Member.of(k, seed, 60, Map.of(SupernetScores.LOG_LIKELIHOOD, report(tau)));
    }

    /** Seed by seed -0.02, -0.03 and -0.04, although the seeds themselves differ by 0.2. */
    @Test
    void differencesAreThoseOfTheSameSeed() {
        Spread difference = STUDY.difference(8, 1, Metric.KENDALL_B, "log_likelihood");
        assertThat(difference.mean()).isCloseTo(-0.03, within(1e-12));
        assertThat(difference.deviation()).isCloseTo(0.01, within(1e-12));
        assertThat(Markdown.of(STUDY))
                .contains(
                        "K = 8 less K = 1: -0.030 ± 0.006 (standard error, seed by seed). That is more than the noise");
    }

    /** 0.10, -0.10 and 0.06: a mean of 0.02, a variance of 0.0112, and 4 · 0.0112 / 0.0004 = 112. */
    @Test
    void aDifferenceInsideTheNoiseSaysHowManySeedsWouldTell() {
        assertThat(Markdown.of(STUDY))
                .contains("K = 2 less K = 1: +0.020 ± 0.061 (standard error, seed by seed). That is inside the noise")
                .contains("about 112 seeds of each");
    }
}
