package kshot.simplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CodeStatisticsTest {
    private static final SimplexCode EQUAL = SimplexCode.of(0.5f, 0.5f);
    private static final SimplexCode FIRST = SimplexCode.of(1, 0);
    private static final SimplexCode SECOND = SimplexCode.of(0, 1);

    /** Each goes (±½, ∓½), a way of √½; the mean way is 0, and so is the entropy of corners. */
    @Test
    void codesThatMoveApartHaveNothingInCommon() {
        assertThat(CodeStatistics.of(List.of(EQUAL, EQUAL), List.of(FIRST, SECOND)))
                .isEqualTo(new CodeStatistics(0, Math.sqrt(0.5), Math.sqrt(0.5), 0));
    }

    @Test
    void codesThatMoveTogetherHaveAllInCommonAndNoSpread() {
        CodeStatistics together = CodeStatistics.of(List.of(EQUAL, EQUAL), List.of(FIRST, FIRST));
        assertThat(together.spread()).isZero();
        assertThat(together.drift()).isCloseTo(Math.sqrt(0.5), within(1e-12));
        assertThat(together.common()).isCloseTo(1, within(1e-12));
    }

    /** One goes (½, -½), one stays: the mean way is (¼, -¼) with a square of ⅛, and the mean of the squares is ¼. */
    @Test
    void halfOfAWayIsCommonWhereOneOfTwoMoves() {
        CodeStatistics half = CodeStatistics.of(List.of(EQUAL, EQUAL), List.of(FIRST, EQUAL));
        assertThat(half.relativeEntropy()).isCloseTo(0.5, within(1e-12));
        assertThat(half.common()).isCloseTo(0.5, within(1e-12));
        assertThat(half.drift()).isCloseTo(0.5, within(1e-12));
        assertThat(half.spread()).isCloseTo(Math.sqrt(0.125), within(1e-12));
    }

    @Test
    void codesAtTheirStartHaveNotMoved() {
        assertThat(CodeStatistics.of(List.of(EQUAL), List.of(EQUAL))).isEqualTo(new CodeStatistics(1, 0, 0, 0));
    }
}
