package kshot.run.report;

import java.util.List;
import java.util.Optional;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Whether the supernets' ranking told more than FLOPs alone, in one plain sentence with its number. It claims no more
 * than was measured: a pair of trainings is one pair, and a coefficient over a handful is a hint.
 *
 * @param outcome the same in one word
 * @param sentence for people
 */
public record Verdict(Outcome outcome, String sentence) {
    /** Fewer retrained architectures than this say nothing about a ranking. */
    static final int MIN_RANKED = 4;

    /** What a verdict comes to. */
    public enum Outcome {
        /** The supernets told more. */
        MORE,
        /** No difference beyond the error of the measurement. */
        SAME,
        /** FLOPs alone told more. */
        LESS,
        /** The run cannot show it. */
        UNDECIDABLE,
        /** What would show it was not retrained. */
        NOT_MEASURED
    }

    /**
     * Judges by the best evidence there is: the ranking of at least {@value #MIN_RANKED} retrained architectures, else
     * the winner against the FLOPs-only pick.
     *
     * @param picks winner and FLOPs-only pick; null before the search
     * @param retrained what was trained from scratch and tested
     * @param testImages number of images of the test
     * @param ranking Kendall's τ over the retrained; null where it was not computed
     */
    public static Verdict of(
            RunMetadata.@Nullable Picks picks,
            List<Retrained> retrained,
            int testImages,
            RunMetadata.@Nullable Ranking ranking) {
        if (ranking != null && ranking.n() >= MIN_RANKED) {
            return ofRanking(ranking);
        }
        Optional<Retrained> winner = ofKind(retrained, Retrained.Kind.WINNER);
        if (picks == null || winner.isEmpty()) {
            return notMeasured("nothing has been retrained yet");
        }
        if (picks.winner().equals(picks.flopsPick())) {
            return new Verdict(
                    Outcome.UNDECIDABLE,
                    "This run cannot show whether the supernets’ ranking told more than FLOPs alone: its winner is"
                            + " also what one would pick by FLOPs alone, so the difference is 0 by construction.");
        }
        return ofKind(retrained, Retrained.Kind.FLOPS_PICK)
                .map(pick -> ofPair(winner.get(), pick, testImages))
                .orElseGet(() -> notMeasured("only the winner was retrained"));
    }

    private static Verdict ofRanking(RunMetadata.Ranking ranking) {
        double difference = ranking.tauSearch() - ranking.tauFlops();
        if (Double.isNaN(difference)) {
            return new Verdict(
                    Outcome.UNDECIDABLE,
                    "This run cannot show whether the supernets’ ranking told more than FLOPs alone: over the %d"
                                    .formatted(ranking.n())
                            + " retrained architectures Kendall’s τ is undefined, because all of them tie.");
        }
        double error = StandardError.ofTauDifference(ranking.n());
        Outcome outcome = outcome(difference, error);
        return new Verdict(
                outcome,
                "Over the %d retrained architectures %s: Kendall’s τ with test accuracy is %s for the search accuracy and %s for FLOPs, a difference of %s, where chance alone gives ± %s; so few architectures give a hint, not a proof."
                        .formatted(
                                ranking.n(),
                                told(outcome),
                                Format.number(ranking.tauSearch(), 2),
                                Format.number(ranking.tauFlops(), 2),
                                Format.signed(difference),
                                Format.number(error, 2)));
    }

    private static Verdict ofPair(Retrained winner, Retrained pick, int testImages) {
        double difference = winner.testAccuracy() - pick.testAccuracy();
        double error = StandardError.ofDifference(winner.testAccuracy(), pick.testAccuracy(), testImages);
        Outcome outcome = outcome(difference, error);
        return new Verdict(
                outcome,
                "In this one pair of trainings %s: on the same %s test images the winner reaches %s and the FLOPs-only pick %s, a difference of %s %s points (one standard error, without the noise between trainings)%s, %s."
                        .formatted(
                                told(outcome),
                                Format.count(testImages),
                                Format.percent(winner.testAccuracy()),
                                Format.percent(pick.testAccuracy()),
                                Format.points(difference),
                                Format.plusMinus(error),
                                weight(difference, error),
                                flops(winner.flops(), pick.flops())));
    }

    private static Verdict notMeasured(String reason) {
        return new Verdict(
                Outcome.NOT_MEASURED,
                "Whether the supernets’ ranking told more than FLOPs alone was not measured: " + reason
                        + "; “kshot retrain --run DIR --compare” retrains the FLOPs-only pick, the largest architecture"
                        + " and three random ones the same way.");
    }

    private static Outcome outcome(double difference, double error) {
        if (Math.abs(difference) <= error) {
            return Outcome.SAME;
        }
        return difference > 0 ? Outcome.MORE : Outcome.LESS;
    }

    private static String told(Outcome outcome) {
        return switch (outcome) {
            case MORE -> "the supernets’ ranking told more than FLOPs alone";
            case LESS -> "the supernets’ ranking told less than FLOPs alone";
            default -> "the supernets’ ranking did not measurably tell more than FLOPs alone";
        };
    }

    private static String weight(double difference, double error) {
        double size = Math.abs(difference);
        return size > error && size < 2 * error ? ", which is weak evidence" : "";
    }

    private static String flops(long winner, long pick) {
        double share = (double) winner / pick - 1;
        if (Math.abs(share) < 0.005) {
            return "at the same FLOPs";
        }
        return "with " + Format.number(100 * Math.abs(share), 0) + (share < 0 ? "% fewer FLOPs" : "% more FLOPs");
    }

    private static Optional<Retrained> ofKind(List<Retrained> retrained, Retrained.Kind kind) {
        return retrained.stream().filter(r -> r.is(kind)).findFirst();
    }
}
