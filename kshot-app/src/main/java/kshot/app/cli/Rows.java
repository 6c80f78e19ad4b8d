package kshot.app.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import java.util.Map;
import kshot.study.result.Table;

/** Results as tables for people who sit at a terminal. */
final class Rows {
    private static final int WIDTH = 90;

    private Rows() {}

    /** Returns a table with its headings. */
    static <R> String table(Table<R> table) {
        return AsciiTable.getTable(
                table.rows(), table.columns().stream().map(Rows::column).toList());
    }

    private static <R> ColumnData<R> column(Table.Column<R> column) {
        return new Column()
                .header(column.heading())
                .dataAlign(column.isText() ? HorizontalAlign.LEFT : HorizontalAlign.RIGHT)
                .with(column.cell());
    }

    /** Returns a table of names and values. */
    static String table(Map<String, String> rows) {
        return AsciiTable.getTable(
                rows.entrySet().stream()
                        .map(row -> Map.entry(row.getKey(), row.getValue()))
                        .toList(),
                List.of(
                        new Column().dataAlign(HorizontalAlign.LEFT).with(Map.Entry<String, String>::getKey),
                        new Column()
                                .dataAlign(HorizontalAlign.LEFT)
                                .maxWidth(WIDTH)
                                .with(Map.Entry<String, String>::getValue)));
    }
}
