package kshot.study.result;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table: rows of one type, and columns that say what each shows of a row. Immutable; the methods that add columns return a
 * new table.
 *
 * @param <R> type of the rows
 * @param caption a sentence above the table; empty for none
 * @param rows from the top
 * @param columns from the left
 */
public record Table<R>(String caption, List<R> rows, List<Column<R>> columns) {
    private static final String MISSING = "–";

    /**
     * A column.
     *
     * @param <R> type of the rows
     * @param heading its heading
     * @param isText whether its cells are text rather than numbers: text begins at the left where columns are aligned
     * @param cell text of a row's cell
     */
    public record Column<R>(String heading, boolean isText, Function<R, String> cell) {}

    public Table {
        rows = List.copyOf(rows);
        columns = List.copyOf(columns);
    }

    /** Returns a table without columns. */
    public static <R> Table<R> of(List<R> rows) {
        return of("", rows);
    }

    /** Returns a table without columns, below a caption. */
    public static <R> Table<R> of(String caption, List<R> rows) {
        return new Table<>(caption, rows, List.of());
    }

    /** Returns this table with a column of text. */
    public Table<R> text(String heading, Function<R, String> text) {
        return with(List.of(new Column<>(heading, true, text)));
    }

    /** Returns this table with a column of values: numbers with a point show three digits after it, null a dash. */
    public Table<R> column(String heading, Function<R, ? extends @Nullable Object> value) {
        return with(List.of(new Column<>(heading, false, row -> text(value.apply(row)))));
    }

    /** Returns this table with a column of formatted values, where null shows a dash. */
    public Table<R> column(String heading, String format, Function<R, ? extends @Nullable Object> value) {
        return column(heading, row -> {
            Object one = value.apply(row);
            return one == null ? MISSING : String.format(Locale.ROOT, format, one);
        });
    }

    /** Returns this table with a column for each of several things, as {@link #column(String, Function)} has it. */
    public <C> Table<R> columns(
            Collection<C> things, Function<C, String> heading, BiFunction<R, C, ? extends @Nullable Object> value) {
        return with(things.stream()
                .map(thing -> new Column<R>(heading.apply(thing), false, row -> text(value.apply(row, thing))))
                .toList());
    }

    private Table<R> with(List<Column<R>> more) {
        List<Column<R>> all = new ArrayList<>(columns);
        all.addAll(more);
        return new Table<>(caption, rows, all);
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return MISSING;
        }
        return value instanceof Double number ? String.format(Locale.ROOT, "%.3f", number) : value.toString();
    }

    /** Returns the headings. */
    Stream<String> headings() {
        return columns.stream().map(Column::heading);
    }

    /** Returns the cells of each row. */
    Stream<Stream<String>> cells() {
        return rows.stream()
                .map(row -> columns.stream().map(column -> column.cell().apply(row)));
    }
}
