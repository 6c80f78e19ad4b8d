package kshot.run.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import kshot.common.WholeFile;
import kshot.run.report.page.Html;
import kshot.run.report.page.Json;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.ParetoFront;
import kshot.run.store.RunStore;

/**
 * The report of a run: one HTML file with everything in it, which opens offline and fetches nothing. It can be written
 * at any time; what the run has not come to yet, it says.
 */
public final class Report {
    /** Name of the report in the run directory. */
    public static final String FILE = "report.html";

    private static final String RESOURCES = "/kshot/report/";

    private Report() {}

    /**
     * Writes the report, as a whole or not at all.
     *
     * @param html where; links to the files of the run work in its run directory
     * @throws UncheckedIOException if it cannot be written
     */
    public static void write(RunStore store, ReportInputs inputs, Path html) {
        String page = page(RunView.of(store), inputs).markup();
        try {
            WholeFile.write(html, page);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    static Html page(RunView run, ReportInputs inputs) {
        List<EvaluatedArchitecture> front = ParetoFront.of(run.evaluated(), run::score);
        ChartData charts = ChartData.of(run, front);
        Summary summary = new Summary(run);
        return Html.of(
                """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta http-equiv="Content-Security-Policy" content="{}">
                <link rel="icon" href="data:,">
                <title>{}</title>
                <style>{}</style>
                </head>
                <body>
                <main>
                {}
                {}
                </main>
                <footer>Charts by Apache ECharts 6.1.0, whose licences stand in the source of this page.</footer>
                {}
                <script type="text/plain" id="licences">{}</script>
                <script>{}</script>
                <script>{}</script>
                </body>
                </html>
                """,
                // Even a value that slipped through as markup could not call anybody.
                "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:",
                summary.title() + " – kshot report",
                resource("report.css"),
                summary.html(),
                new Sections(run, inputs, charts, front).html(),
                Json.island("charts", charts),
                licences(),
                resource("vendor/echarts.common.min.js"),
                resource("report.js"));
    }

    /** The chart library's licences go where the library goes. */
    private static Html licences() {
        return Html.join(List.of(
                resource("vendor/NOTICE"),
                resource("vendor/LICENSE"),
                resource("vendor/LICENSE-d3"),
                resource("vendor/LICENSE-zrender")));
    }

    private static Html resource(String name) {
        try (InputStream in = Report.class.getResourceAsStream(RESOURCES + name)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: " + RESOURCES + name);
            }
            return new Html(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
