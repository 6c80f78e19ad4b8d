package kshot.run.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import kshot.run.store.Retrained;
import kshot.run.store.Retrained.Kind;
import kshot.run.store.RunMetadata;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final RunMetadata.Picks PICKS = new RunMetadata.Picks("w", "f", "l");

    @Test
    void aWinnerThatBeatsTheFlopsPick() {
        // √(0.9·0.1/1000 + 0.8·0.2/1000) = 0.01581
        Verdict verdict = pair(0.9, 0.8);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.MORE);
        assertThat(verdict.sentence())
                .isEqualTo(
                        "In this one pair of trainings the supernets’ ranking told more than FLOPs alone: on the same"
                                + " 1,000 test images the winner reaches 90.00% and the FLOPs-only pick 80.00%, a difference of"
                                + " +10.00 ± 1.58 points (one standard error, without the noise between trainings), with 25%"
                                + " fewer FLOPs.");
    }

    @Test
    void aSmallLeadIsCalledWeakEvidence() {
        // √(0.82·0.18/1000 + 0.8·0.2/1000) = 0.01754: between one and two of them.
        Verdict verdict = pair(0.82, 0.8);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.MORE);
        assertThat(verdict.sentence()).contains("+2.00 ± 1.75 points", "which is weak evidence");
    }

    @Test
    void aWinnerThatLosesToTheFlopsPick() {
        Verdict verdict = pair(0.8, 0.9);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.LESS);
        assertThat(verdict.sentence()).contains("told less than FLOPs alone", "−10.00 ± 1.58 points");
    }

    @Test
    void aDifferenceWithinItsStandardErrorIsNone() {
        // √(0.81·0.19/1000 + 0.8·0.2/1000) = 0.01772
        Verdict verdict = pair(0.81, 0.8);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.SAME);
        assertThat(verdict.sentence())
                .contains("did not measurably tell more than FLOPs alone", "+1.00 ± 1.77 points")
                .doesNotContain("weak");
    }

    @Test
    void aWinnerThatIsTheFlopsPickShowsNothing() {
        Retrained both = retrained("w", 100, 0.9, Kind.WINNER, Kind.FLOPS_PICK);
        Verdict verdict = Verdict.of(new RunMetadata.Picks("w", "w", null), List.of(both), 1_000, null);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.UNDECIDABLE);
        assertThat(verdict.sentence()).contains("cannot show", "the difference is 0 by construction");
    }

    @Test
    void withoutTheFlopsPickItSaysHowToMeasure() {
        Verdict verdict = Verdict.of(PICKS, List.of(retrained("w", 75, 0.9, Kind.WINNER)), 1_000, null);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.NOT_MEASURED);
        assertThat(verdict.sentence())
                .contains("was not measured: only the winner was retrained", "“kshot retrain --run DIR --compare”");
    }

    @Test
    void beforeAnyRetrainingItSaysSo() {
        assertThat(Verdict.of(null, List.of(), 0, null).sentence()).contains("nothing has been retrained yet");
        assertThat(Verdict.of(PICKS, List.of(), 0, null).sentence()).contains("nothing has been retrained yet");
    }

    @Test
    void fourOrMoreRetrainedAreJudgedByTheirRanking() {
        // √2 · √(2·17/(9·6·5)) = 0.5018
        Verdict verdict = ranking(6, 0.8, 0.2);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.MORE);
        assertThat(verdict.sentence())
                .isEqualTo("Over the 6 retrained architectures the supernets’ ranking told more than FLOPs alone:"
                        + " Kendall’s τ with test accuracy is 0.80 for the search accuracy and 0.20 for FLOPs, a"
                        + " difference of +0.60, where chance alone gives ± 0.50; so few architectures give a hint, not a"
                        + " proof.");
        assertThat(ranking(6, 0.6, 0.2).outcome()).isEqualTo(Verdict.Outcome.SAME);
        assertThat(ranking(6, -0.2, 0.4).outcome()).isEqualTo(Verdict.Outcome.LESS);
        assertThat(ranking(6, -0.2, 0.4).sentence()).contains("is −0.20 for", "difference of −0.60");
    }

    /** τ has two decimals, rounded half up: 0.235 is 0.24, where a hundred times 0.00235 is a little less than 0.235. */
    @Test
    void aDifferenceOfTwoTausIsRoundedOnce() {
        assertThat(ranking(20, 0, 0.235).sentence()).contains("a difference of −0.24,");
        assertThat(ranking(20, 0.495, 0).sentence()).contains("a difference of +0.50,");
    }

    @Test
    void threeRetrainedAreNoRankingButMayBeAPair() {
        assertThat(ranking(3, 1, -1).sentence()).startsWith("In this one pair");
    }

    @Test
    void aRankingOfTiesShowsNothing() {
        Verdict verdict = ranking(4, Double.NaN, 0.5);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.UNDECIDABLE);
        assertThat(verdict.sentence()).contains("τ is undefined");
    }

    @Test
    void aPairNeedsItsTestImages() {
        List<Retrained> pair = List.of(retrained("w", 1, 0.9, Kind.WINNER), retrained("f", 1, 0.9, Kind.FLOPS_PICK));
        assertThatThrownBy(() -> Verdict.of(PICKS, pair, 0, null)).hasMessageContaining("needs images, not 0");
    }

    private static Verdict pair(double winner, double pick) {
        return Verdict.of(
                PICKS,
                List.of(retrained("w", 75, winner, Kind.WINNER), retrained("f", 100, pick, Kind.FLOPS_PICK)),
                1_000,
                null);
    }

    private static Verdict ranking(int n, double search, double flops) {
        return Verdict.of(
                PICKS,
                List.of(retrained("w", 75, 0.9, Kind.WINNER), retrained("f", 100, 0.8, Kind.FLOPS_PICK)),
                1_000,
                new RunMetadata.Ranking(n, search, flops));
    }

    private static Retrained retrained(String arch, long flops, double testAccuracy, Kind first, Kind... more) {
        return new Retrained(arch, EnumSet.of(first, more), flops, 10, 0.5, testAccuracy, 30, 60);
    }
}
