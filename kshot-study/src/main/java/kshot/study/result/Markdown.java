package kshot.study.result;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Results as Markdown: the title, the tables, each below its caption, and the notes. */
public final class Markdown {
    private Markdown() {}

    /** Returns the page of a result. */
    public static String of(StudyResult result) {
        List<String> blocks = new ArrayList<>();
        blocks.add("# " + result.title());
        for (Table<?> table : result.tables()) {
            if (!table.caption().isEmpty()) {
                blocks.add(table.caption());
            }
            blocks.add(of(table));
        }
        blocks.addAll(result.notes());
        return String.join("\n\n", blocks) + "\n";
    }

    /** Returns the lines of a table, with nothing after the last. */
    static String of(Table<?> table) {
        return Stream.concat(
                        Stream.of(line(table.headings()), line(table.headings().map(heading -> "---"))),
                        table.cells().map(Markdown::line))
                .collect(Collectors.joining("\n"));
    }

    private static String line(Stream<String> cells) {
        return cells.collect(Collectors.joining(" | ", "| ", " |"));
    }
}
