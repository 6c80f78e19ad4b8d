package kshot.run.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kshot.run.report.page.Format;
import kshot.run.report.page.Html;
import kshot.run.report.page.Parts;
import kshot.run.report.page.Table;
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
        Table table = new Table(
                        "What the search found and what it is compared with, all trained from scratch the same way")
                .text("Role")
                .text("Architecture")
                .number("MFLOPs")
                .number("k params")
                .number("Search accuracy, %")
                .number("Test accuracy, %")
                .number("Winner ahead by, points")
                .number("95% interval")
                .number("Seeds")
                .number("Time of one");
        run.retrained().forEach(r -> table.row(r.is(Retrained.Kind.WINNER), retrained(r)));
        unretrained().forEach((arch, role) -> table.row(false, unretrained(role, arch)));
        List<Html> parts = new ArrayList<>(List.of(table.html(), Parts.note(explanation())));
        run.yardsticks().stream()
                .filter(y -> y.problem() != null)
                .forEach(y -> parts.add(Parts.note(y.name() + " is left out: " + y.problem() + ".")));
        return Html.join(parts);
    }

    private String explanation() {
        boolean repeated = run.retrained().stream().anyMatch(r -> r.trainings().size() > 1);
        return "Search accuracy is that under the supernets’ weights, on validation images. Test accuracy is that after"
                + " training from scratch" + epochs() + ", tested on "
                + (run.testImages() == 0 ? "the" : Format.count(run.testImages())) + " test images. "
                + (repeated
                        ? "It is the mean over the seeds. The interval is Student’s of the differences between trainings"
                                + " with the same seed."
                        : "With one training each, the interval holds the finite number of test images, not the noise"
                                + " between trainings, which --repeats shows.");
    }

    private String epochs() {
        return run.winner()
                .map(w -> " for " + Format.number(w.epochs(), 0) + " epochs")
                .orElse("");
    }

    private Object[] retrained(Retrained r) {
        Optional<Lead> lead = r.is(Retrained.Kind.WINNER)
                ? Optional.empty()
                : run.winner().flatMap(winner -> Lead.of(winner, r, run.testImages()));
        return new Object[] {
            run.role(r),
            Parts.arch(r.arch()),
            Format.millions(r.flops()),
            Format.thousands(r.params()),
            Format.number(100 * r.searchAccuracy(), 2),
            Format.number(100 * r.meanTestAccuracy(), 2),
            lead.map(l -> Format.points(l.difference())).orElse(""),
            lead.map(l -> Format.points(l.low()) + " to " + Format.points(l.high()))
                    .orElse(""),
            r.trainings().size(),
            Format.duration(r.seconds())
        };
    }

    private Object[] unretrained(String role, String arch) {
        return run.evaluated(arch)
                .map(e -> new Object[] {
                    role,
                    Parts.arch(arch),
                    Format.millions(e.flops()),
                    Format.thousands(e.params()),
                    Format.number(100 * e.accuracy(), 2),
                    NOT_RETRAINED,
                    "",
                    "",
                    "",
                    ""
                })
                .orElseGet(() -> new Object[] {role, Parts.arch(arch), "", "", "", NOT_RETRAINED, "", "", "", ""});
    }

    /** The picks that no training from scratch has tested: architecture to role. */
    private Map<String, String> unretrained() {
        Map<String, String> roles = new LinkedHashMap<>();
        run.picks().ifPresent(picks -> {
            addUnlessRetrained(roles, Roles.WINNER, picks.winner());
            addUnlessRetrained(roles, Roles.FLOPS_PICK, picks.flopsPick());
            addUnlessRetrained(roles, Roles.LARGEST, picks.largest());
        });
        return roles;
    }

    private void addUnlessRetrained(Map<String, String> roles, String role, @Nullable String arch) {
        if (arch != null && run.retrained().stream().noneMatch(r -> r.arch().equals(arch))) {
            roles.merge(arch, role, (one, other) -> one + ", " + other);
        }
    }
}
