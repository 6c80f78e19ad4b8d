package kshot.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTableTest {
    @Test
    void collectionsTakeSeveralColumns() {
        MarkdownTable table = new MarkdownTable("K", MarkdownTable.tauColumns(List.of("accuracy", "log_likelihood")))
                .row(2, List.of(0.5, 0.25))
                .row("–", "a ± b", 7);
        assertThat(table).hasToString("""
                | K | τ-b by accuracy | τ-b by log-likelihood |
                | --- | --- | --- |
                | 2 | 0.500 | 0.250 |
                | – | a ± b | 7 |""");
    }

    @Test
    void everyRowIsAsWideAsTheHeadings() {
        MarkdownTable table = new MarkdownTable("K", "m");
        assertThatThrownBy(() -> table.row(List.of(1, 2, 3))).hasMessageContaining("3 cells for 2 columns");
    }
}
