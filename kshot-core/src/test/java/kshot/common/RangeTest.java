package kshot.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RangeTest {
    static Stream<Arguments> ranges() {
        return Stream.of(
                Arguments.of(Range.atLeast(1), "at least 1", List.of(1.0, 1e300), List.of(0.99)),
                Arguments.of(Range.moreThan(0), "more than 0", List.of(1e-300), List.of(0.0, -1.0)),
                Arguments.of(Range.atLeast(8).atMost(512), "from 8 to 512", List.of(8.0, 512.0), List.of(7.0, 513.0)),
                Arguments.of(Range.atLeast(0).lessThan(1), "from 0, less than 1", List.of(0.0, 0.99), List.of(1.0)),
                Arguments.of(Range.moreThan(0).atMost(0.5), "more than 0, at most 0.5", List.of(0.5), List.of(0.0)),
                Arguments.of(
                        Range.moreThan(0).lessThan(1), "more than 0, less than 1", List.of(0.1), List.of(0.0, 1.0)));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void saysWhatItHolds(Range range, String words, List<Double> inside, List<Double> outside) {
        assertThat(range).hasToString(words);
        assertThat(inside).allMatch(range::contains);
        assertThat(outside).noneMatch(range::contains);
        assertThat(List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY))
                .noneMatch(range::contains);
    }

    @Test
    void anErrorShowsTheNumberAsItWasGiven() {
        Range range = Range.atLeast(1);
        range.require("threads", 1);
        assertThatThrownBy(() -> range.require("threads", 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("threads: 0 is not allowed; allowed: at least 1");
        assertThatThrownBy(() -> range.require("rate", 0.5))
                .hasMessage("rate: 0.5 is not allowed; allowed: at least 1");
        assertThatThrownBy(() -> range.require("rate", Double.POSITIVE_INFINITY))
                .hasMessage("rate: Infinity is not allowed; allowed: at least 1, finite");
    }
}
