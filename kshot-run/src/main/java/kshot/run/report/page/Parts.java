package kshot.run.report.page;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The parts of a page that come again: sections, places for charts, notes, bars. */
public final class Parts {
    private static final List<String> COLOURS =
            List.of("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth");

    private Parts() {}

    /** Returns the text form of an architecture. */
    public static Html arch(String arch) {
        return Html.of("<code class=\"arch\">{}</code>", arch);
    }

    /** Returns a note in small print. */
    public static Html note(String text) {
        return Html.of("<p class=\"note\">{}</p>", text);
    }

    /** Returns a section with a heading. */
    public static Html section(String id, String heading, Html content) {
        return Html.of("""
                <section id="{}" aria-labelledby="{}-heading">
                <h2 id="{}-heading">{}</h2>
                {}
                </section>
                """, id, id, id, heading, content);
    }

    /** Returns a place for a chart: the text alternative says in a sentence what the chart shows. */
    public static Html chart(String id, Html legend, String alternative, String caption) {
        return Html.of("""
                <figure>
                {}
                <div class="chart" id="chart-{}" role="img" aria-label="{}"></div>
                <figcaption>{}</figcaption>
                </figure>
                """, legend, id, alternative, caption);
    }

    /** Returns the names of a chart's series, in the order of the colours that report.js gives them. */
    public static Html legend(List<String> names) {
        return Html.of(
                "<p class=\"legend\">{}</p>",
                Html.join(IntStream.range(0, names.size())
                        .mapToObj(i -> Html.of(
                                "<span><i style=\"background:var(--{})\"></i>{}</span>",
                                COLOURS.get(i % COLOURS.size()),
                                names.get(i)))
                        .toList()));
    }

    /** Returns what is shown when one asks for it. */
    public static Html details(String summary, Html content) {
        return Html.of("<details><summary>{}</summary>{}</details>", summary, content);
    }

    /** Returns a share as a bar and a percentage. */
    public static Html bar(double share) {
        String percent = Format.number(100 * share, 1);
        return Html.of("<span class=\"bar\"><i style=\"width:{}%\"></i></span><b>{}%</b>", percent, percent);
    }

    /** Returns a table of names and values; nothing where there are none. */
    public static Html pairs(String caption, String name, String value, Map<String, String> rows) {
        if (rows.isEmpty()) {
            return Html.NOTHING;
        }
        Table table = new Table(caption).text(name).text(value);
        rows.forEach((key, text) -> table.row(false, key, text));
        return table.html();
    }
}
