package kshot.app.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import java.util.Map;

/** Results for people: what, and its value. */
final class Rows {
    private static final int WIDTH = 90;

    private Rows() {}

    /** A row for each entry. */
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
