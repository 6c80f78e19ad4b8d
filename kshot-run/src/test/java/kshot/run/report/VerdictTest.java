package kshot.run.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
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
        // 1.96 · √(0.9·0.1/1000 + 0.8·0.2/1000) = 0.03099
        Verdict verdict = pair(0.9, 0.8);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.MORE);
        assertThat(verdict.sentence())
                .isEqualTo("The winner is better than what it was compared with, FLOPs-only pick: test accuracy 90.00%"
                        + " against 80.00%, a difference of +10.00 points with a 95% interval from +6.90 to +13.10 (one"
                        + " training each: the interval is that of the finite number of test images, without the noise"
                        + " between trainings), with 25% fewer FLOPs.");
    }

    @Test
    void aWinnerThatLosesToTheFlopsPick() {
        Verdict verdict = pair(0.8, 0.9);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.LESS);
        assertThat(verdict.sentence()).contains("is worse than", "−10.00 points", "from −13.10 to −6.90");
    }

    @Test
    void aDifferenceWhoseIntervalHoldsZeroIsNone() {
        // 1.96 · √(0.83·0.17/1000 + 0.8·0.2/1000) = 0.03401
        Verdict verdict = pair(0.83, 0.8);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.SAME);
        assertThat(verdict.sentence()).contains("is not measurably better or worse than", "from −0.40 to +6.40");
    }

    /** The FLOPs-only pick is far behind, MobileNetV2 is not: the winner has to beat the better one. */
    @Test
    void theBestOfAllDecides() {
        List<Retrained> retrained = List.of(
                retrained("w", 75, Kind.WINNER, 0.9),
                retrained("f", 100, Kind.FLOPS_PICK, 0.8),
                retrained("resnet8-x0.70", 75, Kind.RESNET_8, 0.7),
                retrained("mobilenetv2-x1.34", 75, Kind.MOBILENET_V2, 0.95));
        Verdict verdict = Verdict.of(PICKS, retrained, 1_000, null);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.LESS);
        assertThat(verdict.sentence())
                .startsWith("The winner is worse than the best of the 3 networks that it was compared with, MobileNetV2"
                        + " ×1.34: test accuracy 90.00% against 95.00%")
                .endsWith("at the same FLOPs.");
    }

    /** Differences 0.01, 0.02, 0.03: mean 0.02, half width 4.302653 · 0.01/√3 = 0.02484; with one seed more it is inside. */
    @Test
    void severalSeedsAreJudgedByTheirPairedDifferences() {
        Verdict three = Verdict.of(
                PICKS,
                List.of(
                        retrained("w", 75, Kind.WINNER, 0.91, 0.93, 0.92),
                        retrained("f", 100, Kind.FLOPS_PICK, 0.90, 0.91, 0.89)),
                100,
                null);
        assertThat(three.outcome()).isEqualTo(Verdict.Outcome.SAME);
        assertThat(three.sentence())
                .contains("92.00% against 90.00%", "+2.00 points", "from −0.48 to +4.48 (over 3 seeds)");
        // 0.01, 0.02, 0.03, 0.02: s = 0.0081650, t(3) = 3.182446: half width 0.012992
        Verdict four = Verdict.of(
                PICKS,
                List.of(
                        retrained("w", 75, Kind.WINNER, 0.91, 0.93, 0.92, 0.92),
                        retrained("f", 100, Kind.FLOPS_PICK, 0.90, 0.91, 0.89, 0.90)),
                100,
                null);
        assertThat(four.outcome()).isEqualTo(Verdict.Outcome.MORE);
        assertThat(four.sentence()).contains("from +0.70 to +3.30 (over 4 seeds)");
    }

    @Test
    void onlySeedsThatBothHaveArePaired() {
        Retrained winner = retrained("w", 75, Kind.WINNER, 0.9, 0.1, 0.8);
        Retrained other = new Retrained(
                "s",
                "f",
                EnumSet.of(Kind.FLOPS_PICK),
                75,
                10,
                0.5,
                30,
                List.of(new Retrained.Training(1, 0.7, 60), new Retrained.Training(3, 0.6, 60)));
        Lead lead = Lead.of(winner, other, 1_000).orElseThrow();
        assertThat(lead.seeds()).isEqualTo(2);
        assertThat(lead.winner()).isEqualTo(0.85, within(1e-12));
        assertThat(lead.difference()).isEqualTo(0.2, within(1e-12));
    }

    @Test
    void aWinnerThatIsTheFlopsPickShowsNothingAlone() {
        Retrained both = retrained("w", 100, Kind.WINNER, 0.9).with(EnumSet.of(Kind.FLOPS_PICK));
        RunMetadata.Picks picks = new RunMetadata.Picks("w", "w", null);
        Verdict verdict = Verdict.of(picks, List.of(both), 1_000, null);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.UNDECIDABLE);
        assertThat(verdict.sentence()).contains("cannot show", "0 by construction");

        Verdict compared =
                Verdict.of(picks, List.of(both, retrained("resnet8-x1.00", 100, Kind.RESNET_8, 0.8)), 1_000, null);
        assertThat(compared.outcome()).isEqualTo(Verdict.Outcome.MORE);
        assertThat(compared.sentence()).endsWith("It is also what one would pick by FLOPs alone.");
    }

    @Test
    void withoutOthersItSaysHowToMeasure() {
        Verdict verdict = Verdict.of(PICKS, List.of(retrained("w", 75, Kind.WINNER, 0.9)), 1_000, null);
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
    void fourOrMoreRetrainedAddAHintOnTheirRanking() {
        // √2 · √(2·17/(9·6·5)) = 0.5018
        assertThat(ranking(6, 0.8, 0.2).sentence())
                .startsWith("The winner is better than")
                .endsWith(
                        "Over the 6 retrained architectures of the space Kendall’s τ with test accuracy is 0.80 for the"
                                + " search accuracy and 0.20 for FLOPs, a difference of +0.60, where chance alone gives ± 0.50; so"
                                + " few architectures give a hint, not a proof.");
        assertThat(ranking(6, -0.2, 0.4).sentence()).contains("is −0.20 for", "difference of −0.60");
        assertThat(ranking(3, 1, -1).sentence()).doesNotContain("Kendall");
        assertThat(ranking(4, Double.NaN, 0.5).sentence()).contains("τ is undefined");
    }

    /** τ has two decimals, rounded half up: 0.235 is 0.24, where a hundred times 0.00235 is a little less than 0.235. */
    @Test
    void aDifferenceOfTwoTausIsRoundedOnce() {
        assertThat(ranking(20, 0, 0.235).sentence()).contains("a difference of −0.24,");
        assertThat(ranking(20, 0.495, 0).sentence()).contains("a difference of +0.50,");
    }

    /** One pair without the number of its test images has no interval. */
    @Test
    void aSinglePairNeedsItsTestImages() {
        List<Retrained> pair = List.of(retrained("w", 1, Kind.WINNER, 0.9), retrained("f", 1, Kind.FLOPS_PICK, 0.9));
        assertThat(Verdict.of(PICKS, pair, 0, null).outcome()).isEqualTo(Verdict.Outcome.NOT_MEASURED);
    }

    private static Verdict pair(double winner, double pick) {
        return Verdict.of(
                PICKS,
                List.of(retrained("w", 75, Kind.WINNER, winner), retrained("f", 100, Kind.FLOPS_PICK, pick)),
                1_000,
                null);
    }

    private static Verdict ranking(int n, double search, double flops) {
        return Verdict.of(
                PICKS,
                List.of(retrained("w", 75, Kind.WINNER, 0.9), retrained("f", 100, Kind.FLOPS_PICK, 0.8)),
                1_000,
                new RunMetadata.Ranking(n, search, flops));
    }

    private static Retrained retrained(String arch, long flops, Kind kind, double... testAccuracies) {
        List<Retrained.Training> trainings = new ArrayList<>();
        for (double accuracy : testAccuracies) {
            trainings.add(new Retrained.Training(trainings.size() + 1, accuracy, 60));
        }
        return new Retrained("s", arch, EnumSet.of(kind), flops, 10, 0.5, 30, trainings);
    }
}
