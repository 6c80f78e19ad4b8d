package kshot.study.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarkdownTest {
    private record Row(String k, Map<String, Double> taus, double seconds) {}

    private static final List<Row> ROWS = List.of(
            new Row("2", Map.of("accuracy", 0.5, "log_likelihood", 0.25), 1.26),
            new Row("–", Map.of("accuracy", 7.0), 2));

    private static Table<Row> table(String caption) {
        return Table.of(caption, ROWS)
                .column("K", Row::k)
                .columns(List.of("accuracy", "log_likelihood"), Labels::tauB, (row, score) -> row.taus.get(score))
                .column("seconds", "%.1f", Row::seconds);
    }

    /** Numbers with a point show three digits after it unless a format says otherwise; what is missing is a dash. */
    @Test
    void columnsSayWhatIsShownOfARow() {
        assertThat(Markdown.of(table(""))).isEqualTo("""
                | K | τ-b by accuracy | τ-b by log-likelihood | seconds |
                | --- | --- | --- | --- |
                | 2 | 0.500 | 0.250 | 1.3 |
                | – | 7.000 | – | 2.0 |""");
    }

    @Test
    void aPageHasTitleTablesAndNotes() {
        StudyResult result = new StudyResult() {
            @Override
            public String title() {
                return "Title";
            }

            @Override
            public List<Table<?>> tables() {
                return List.of(Table.of("Caption:", List.of(1, 2)).column("n", n -> n));
            }

            @Override
            public List<String> notes() {
                return List.of("First.", "Second.");
            }

            @Override
            public Map<String, String> drawings() {
                return Map.of();
            }
        };
        assertThat(Markdown.of(result)).isEqualTo("""
                # Title

                Caption:

                | n |
                | --- |
                | 1 |
                | 2 |

                First.

                Second.
                """);
    }
}
