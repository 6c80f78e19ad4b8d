package kshot.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table in Markdown, from the top. */
final class MarkdownTable {
    private final List<String> lines = new ArrayList<>();
    private final int width;

    /**
     * A table without rows.
     *
     * @param columns headings; of a collection each is one
     */
    MarkdownTable(Object... columns) {
        List<String> headings = cells(columns);
        width = headings.size();
        lines.add(line(headings));
        lines.add("|" + " --- |".repeat(width));
    }

    /** τ-b by each score: headings of columns. */
    static List<String> tauColumns(Collection<String> scores) {
        return scores.stream().map(score -> "τ-b by " + Labels.plain(score)).toList();
    }

    /**
     * Adds a row.
     *
     * @param cells as many as there are columns; of a collection each is one; numbers with a point show three digits after it
     */
    MarkdownTable row(Object... cells) {
        List<String> texts = cells(cells);
        if (texts.size() != width) {
            throw new IllegalArgumentException(texts.size() + " cells for " + width + " columns: " + texts);
        }
        lines.add(line(texts));
        return this;
    }

    private static List<String> cells(Object... values) {
        return Stream.of(values)
                .flatMap(value -> value instanceof Collection<?> several ? several.stream() : Stream.of(value))
                .map(value -> value instanceof Double number ? String.format(Locale.ROOT, "%.3f", number) : "" + value)
                .toList();
    }

    private static String line(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }

    /** The lines of the table, and nothing after the last. */
    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
