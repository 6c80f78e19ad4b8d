package kshot.run.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A table with a caption; columns of numbers are aligned to the right. Mutable while it is filled. */
public final class Table {
    private final String caption;
    private final List<Column> columns = new ArrayList<>();
    private final List<Html> rows = new ArrayList<>();

    /** A table without columns and rows. */
    public Table(String caption) {
        this.caption = caption;
    }

    /** Adds a column of texts. */
    public Table text(String header) {
        columns.add(new Column(header, "text"));
        return this;
    }

    /** Adds a column of numbers. */
    public Table number(String header) {
        columns.add(new Column(header, "number"));
        return this;
    }

    /** Adds a row, whose first cell is its header; a sum or the winner stands out. */
    public void row(boolean standsOut, Object... cells) {
        List<Html> html = new ArrayList<>();
        for (int i = 0; i < cells.length; i++) {
            String template = i == 0 ? "<th scope=\"row\" class=\"{}\">{}</th>" : "<td class=\"{}\">{}</td>";
            html.add(Html.of(template, columns.get(i).style(), cells[i]));
        }
        rows.add(Html.of("<tr class=\"{}\">{}</tr>", standsOut ? "strong" : "", Html.join(html)));
    }

    /** Returns the table as it is now. */
    public Html html() {
        return Html.of(
                """
                <div class="scroll" tabindex="0" role="region" aria-label="{}"><table>
                <caption><span>{}</span></caption>
                <thead><tr>{}</tr></thead>
                <tbody>{}</tbody>
                </table></div>
                """,
                caption,
                caption,
                columns.stream()
                        .map(c -> Html.of("<th scope=\"col\" class=\"{}\">{}</th>", c.style(), c.header()))
                        .collect(Collectors.collectingAndThen(Collectors.toList(), Html::join)),
                Html.join(rows));
    }

    private record Column(String header, String style) {}
}
