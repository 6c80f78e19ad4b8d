package kshot.run.settings;

import static org.assertj.core.api.Assertions.assertThat;

import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.Test;

class PredictorsTest {
    private static final SearchSpace CELLS = Spaces.named("nas-bench-201");
    private static final SearchSpace SEQUENCE = Spaces.named("nas-bench-macro");

    /** In a cell paths are chosen; in a sequence of layers they are not, and how far they see is a size. */
    @Test
    void pathsAreEvidenceOfTheirOwnWhereTheyAreChosen() {
        assertThat(Predictors.kind("kernel_extent", CELLS)).isEqualTo(Predictors.kind("shortest_path", CELLS));
        assertThat(Predictors.kind("kernel_extent", CELLS)).isNotEqualTo(Predictors.kind("live_flops", CELLS));
        assertThat(Predictors.kind("kernel_extent", SEQUENCE)).isEqualTo(Predictors.kind("log_widths", SEQUENCE));
    }

    @Test
    void measuredScoresAreOfOtherKindsThanCountedOnes() {
        assertThat(Predictors.kind("accuracy", CELLS)).isEqualTo(Predictors.kind("log_likelihood", CELLS));
        assertThat(Predictors.NAMES.stream()
                        .map(name -> Predictors.kind(name, CELLS))
                        .distinct())
                .hasSize(4);
        assertThat(Predictors.NAMES.stream()
                        .map(name -> Predictors.kind(name, SEQUENCE))
                        .distinct())
                .hasSize(3);
    }
}
