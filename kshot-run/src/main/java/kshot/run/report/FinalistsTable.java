package kshot.run.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import kshot.run.report.page.Format;
import kshot.run.report.page.Html;
import kshot.run.report.page.Parts;
import kshot.run.report.page.Table;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunMetadata.Rung;
import kshot.run.store.StandaloneTraining;

/** The table of the finalists of a search: how each did in the rungs that it came to. */
final class FinalistsTable {
    private final RunMetadata.Finalists finalists;
    /** For each rung what came of its finalists, by their text forms. */
    private final List<Map<String, StandaloneTraining>> results;

    /**
     * Makes the table.
     *
     * @param results of each rung, in the order of the rungs
     */
    FinalistsTable(RunMetadata.Finalists finalists, List<List<StandaloneTraining>> results) {
        this.finalists = finalists;
        this.results = results.stream().map(FinalistsTable::byArchitecture).toList();
    }

    private static Map<String, StandaloneTraining> byArchitecture(List<StandaloneTraining> trainings) {
        Map<String, StandaloneTraining> byArchitecture = new LinkedHashMap<>();
        trainings.forEach(training -> byArchitecture.put(training.arch(), training));
        return byArchitecture;
    }

    Html html() {
        List<Rung> rungs = finalists.rungs();
        if (rungs.isEmpty()) {
            return Parts.note("The finalists among " + finalists.candidates().size()
                    + " architectures of the search have not all been trained yet.");
        }
        Table table = new Table("Finalists, the best first; accuracy in % and log-likelihood after so many epochs")
                .text("Architecture")
                .number("Place in the search");
        rungs.forEach(rung -> table.number(rung.setup().epochs() + " epochs"));
        String winner = winner();
        order().forEach(arch -> table.row(arch.equals(winner), cells(arch)));
        List<Html> parts = new ArrayList<>(List.of(table.html(), Parts.note(verdict(winner))));
        if (finalists.surrogate() != null) {
            parts.add(Parts.note(trust(finalists.surrogate())));
        }
        return Html.join(parts);
    }

    private String winner() {
        return finalists.rungs().get(finalists.rungs().size() - 1).archs().get(0);
    }

    /** Returns the finalists of the last rung, then those whose last rung was the one before it, and so on. */
    private List<String> order() {
        List<Rung> rungs = finalists.rungs();
        return IntStream.iterate(rungs.size() - 1, i -> i >= 0, i -> i - 1)
                .boxed()
                .flatMap(i -> rungs.get(i).archs().stream())
                .distinct()
                .toList();
    }

    private Object[] cells(String arch) {
        Object[] cells = new Object[2 + results.size()];
        cells[0] = Parts.arch(arch);
        cells[1] = finalists.candidates().indexOf(arch) + 1;
        for (int i = 0; i < results.size(); i++) {
            StandaloneTraining result = results.get(i).get(arch);
            cells[2 + i] = result == null || !finalists.rungs().get(i).archs().contains(arch)
                    ? ""
                    : Format.number(100 * result.accuracy(), 2) + "; " + Format.number(result.logLikelihood(), 3);
        }
        return cells;
    }

    private String verdict(String winner) {
        int place = finalists.candidates().indexOf(winner) + 1;
        String size = finalists.rungs().get(0).setup().standIn().label();
        return "Each was trained alone for short on the images that train supernets, and tested on all that were"
                + " held out from them" + (size.equals("full") ? "" : ", with smaller networks (" + size + ")") + ". "
                + (place == 1
                        ? "The best of them is also the best of the search: the choice is the same as without them."
                        : "The best of them had place " + place
                                + " in the search: without them its first would have been the winner.");
    }

    private static String trust(RunMetadata.Surrogate surrogate) {
        return "A surrogate of the trainings chose most of them: a model of the decisions and the search's score, fitted to what had"
                + " been trained before. Fitted to all others, it ranks each of the finalists with a Kendall τ of "
                + Format.number(surrogate.heldOut(), 2) + "; the search's score alone ranks them with "
                + Format.number(surrogate.score(), 2) + ".";
    }
}
