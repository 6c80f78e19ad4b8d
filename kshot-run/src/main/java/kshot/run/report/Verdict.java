package kshot.run.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import kshot.run.report.page.Format;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The verdict of a run: whether the search found more than what one could have had without it, in plain sentences with their numbers: the winner
 * against the best of all that were trained the same way. It claims no more than was measured.
 *
 * @param outcome the same in one word
 * @param sentence for people
 */
public record Verdict(Outcome outcome, String sentence) {
    /** The conclusion of a verdict. */
    public enum Outcome {
        /** The winner is better than all it was compared with. */
        MORE,
        /** No difference beyond the error of the measurement. */
        SAME,
        /** Something it was compared with is better. */
        LESS,
        /** The run cannot show it. */
        UNDECIDABLE,
        /** What would show it was not trained. */
        NOT_MEASURED
    }

    /** What the winner is compared with, and how far it is ahead. */
    private record Rival(Retrained network, String role, Lead lead) {}

    /**
     * Judges by the network with the highest mean accuracy among those that the winner is compared with. That one is the
     * hardest to beat, and as it was picked by its test accuracy it is flattered a little: the verdict is rather too
     * strict than too mild.
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
        Optional<Retrained> winner =
                retrained.stream().filter(r -> r.is(Retrained.Kind.WINNER)).findFirst();
        if (picks == null || winner.isEmpty()) {
            return notMeasured("nothing has been retrained yet");
        }
        Roles roles = new Roles(retrained);
        List<Rival> rivals = retrained.stream()
                .filter(r -> !r.is(Retrained.Kind.WINNER))
                .flatMap(
                        r -> Lead.of(winner.get(), r, testImages).map(lead -> new Rival(r, roles.of(r), lead)).stream())
                .toList();
        Verdict verdict = rivals.stream()
                .max(Comparator.comparingDouble(rival -> rival.lead().other()))
                .map(best -> against(best, winner.get(), rivals.size()))
                .orElseGet(() -> alone(picks));
        return verdict.followedBy(RankingHint.of(ranking));
    }

    private Verdict followedBy(String more) {
        return more.isEmpty() ? this : new Verdict(outcome, sentence + " " + more);
    }

    private static Verdict alone(RunMetadata.Picks picks) {
        return picks.winner().equals(picks.flopsPick())
                ? new Verdict(
                        Outcome.UNDECIDABLE,
                        "This run cannot show whether the search paid: its winner is also what one would pick by FLOPs"
                                + " alone, so that difference is 0 by construction, and nothing else was trained.")
                : notMeasured("only the winner was retrained");
    }

    private static Verdict against(Rival best, Retrained winner, int rivals) {
        Lead lead = best.lead();
        Outcome outcome = lead.low() > 0 ? Outcome.MORE : lead.high() < 0 ? Outcome.LESS : Outcome.SAME;
        return new Verdict(
                outcome,
                "The winner %s %s, %s: test accuracy %s against %s, a difference of %s points with a 95%% interval from %s to %s (%s), %s.%s"
                        .formatted(
                                said(outcome),
                                rivals == 1
                                        ? "what it was compared with"
                                        : "the best of the " + rivals + " networks that it was compared with",
                                best.role(),
                                Format.percent(lead.winner()),
                                Format.percent(lead.other()),
                                Format.points(lead.difference()),
                                Format.points(lead.low()),
                                Format.points(lead.high()),
                                lead.seeds() == 1
                                        ? "one training each: the interval is that of the finite number of test images,"
                                                + " without the noise between trainings"
                                        : "over " + lead.seeds() + " seeds",
                                flops(winner.flops(), best.network().flops()),
                                winner.is(Retrained.Kind.FLOPS_PICK)
                                        ? " It is also what one would pick by FLOPs alone."
                                        : ""));
    }

    private static String said(Outcome outcome) {
        return switch (outcome) {
            case MORE -> "is better than";
            case LESS -> "is worse than";
            default -> "is not measurably better or worse than";
        };
    }

    private static Verdict notMeasured(String reason) {
        return new Verdict(
                Outcome.NOT_MEASURED,
                "Whether the search paid was not measured: " + reason
                        + "; “kshot retrain --run DIR --compare” trains the FLOPs-only pick, MobileNetV2 and ResNet-8 inside"
                        + " the limits, the largest architecture and three random ones the same way.");
    }

    private static String flops(long winner, long other) {
        double share = (double) winner / other - 1;
        if (Math.abs(share) < 0.005) {
            return "at the same FLOPs";
        }
        return "with " + Format.number(100 * Math.abs(share), 0) + (share < 0 ? "% fewer FLOPs" : "% more FLOPs");
    }
}
