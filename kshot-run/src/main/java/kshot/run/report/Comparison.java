package kshot.run.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.run.store.Retrained;
import org.jspecify.annotations.Nullable;

/** The table of the winner and what it is compared with. */
final class Comparison {
    private static final String NOT_RETRAINED = "not retrained";

    private final RunView run;

    Comparison(RunView run) {
        this.run = run;
    }

    Html html() {
        Table table = new Table("What the search found and what it is compared with" + errors())
                .text("Role")
                .text("Architecture")
                .number("MFLOPs")
                .number("k params")
                .number("Search accuracy, %")
                .number("Test accuracy, %")
                .number("Winner ahead by, points")
                .number("Epochs")
                .number("Time");
        run.retrained().forEach(r -> table.row(r.is(Retrained.Kind.WINNER), retrained(r)));
        unretrained().forEach((arch, role) -> table.row(false, unretrained(role, arch)));
        return Html.join(List.of(
                table.html(),
                Sections.note(
                        "Search accuracy is that under the supernets’ weights, on validation images. Test accuracy is that"
                                + " after training from scratch, the same way for each row and once: its standard error holds"
                                + " the finite number of images, not the noise between trainings.")));
    }

    private String errors() {
        return run.testImages() == 0
                ? ""
                : "; ± is one standard error on " + Format.count(run.testImages()) + " test images";
    }

    private Object[] retrained(Retrained r) {
        return new Object[] {
            run.role(r),
            Sections.arch(r.arch()),
            Format.millions(r.flops()),
            Format.thousands(r.params()),
            Format.number(100 * r.searchAccuracy(), 2),
            Format.number(100 * r.testAccuracy(), 2) + error(r.testAccuracy()),
            lead(r),
            Format.number(r.epochs(), 0),
            Format.duration(r.seconds())
        };
    }

    private String error(double accuracy) {
        return run.testImages() == 0 || Double.isNaN(accuracy)
                ? ""
                : " " + Format.plusMinus(StandardError.of(accuracy, run.testImages()));
    }

    /** How far the winner is ahead of another. */
    private String lead(Retrained other) {
        if (other.is(Retrained.Kind.WINNER) || run.testImages() == 0) {
            return "";
        }
        return run.winner()
                .map(Retrained::testAccuracy)
                .map(p -> Format.points(p - other.testAccuracy()) + " "
                        + Format.plusMinus(StandardError.ofDifference(p, other.testAccuracy(), run.testImages())))
                .orElse("");
    }

    private Object[] unretrained(String role, String arch) {
        return run.evaluated(arch)
                .map(e -> new Object[] {
                    role,
                    Sections.arch(arch),
                    Format.millions(e.flops()),
                    Format.thousands(e.params()),
                    Format.number(100 * e.accuracy(), 2),
                    NOT_RETRAINED,
                    "",
                    "",
                    ""
                })
                .orElseGet(() -> new Object[] {role, Sections.arch(arch), "", "", "", NOT_RETRAINED, "", "", ""});
    }

    /** The picks that no training from scratch has tested: architecture to role. */
    private Map<String, String> unretrained() {
        Map<String, String> roles = new LinkedHashMap<>();
        run.picks().ifPresent(picks -> {
            addUnlessRetrained(roles, "winner", picks.winner());
            addUnlessRetrained(roles, "FLOPs-only pick", picks.flopsPick());
            addUnlessRetrained(roles, "largest inside the limit", picks.largest());
        });
        return roles;
    }

    private void addUnlessRetrained(Map<String, String> roles, String role, @Nullable String arch) {
        if (arch != null && run.retrained().stream().noneMatch(r -> r.arch().equals(arch))) {
            roles.merge(arch, role, (one, other) -> one + ", " + other);
        }
    }
}
