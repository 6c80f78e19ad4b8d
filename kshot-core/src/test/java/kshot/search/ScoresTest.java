package kshot.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoresTest {
    private static final Scores SCORES = Scores.of("b", 2).with("a", 1).with("c", 3);

    @Test
    void keepTheOrderInWhichTheyCame() {
        assertThat(SCORES.byName().keySet()).containsExactly("b", "a", "c");
        assertThat(SCORES.with("a", 5).byName().keySet()).containsExactly("b", "a", "c");
        assertThat(SCORES.with("a", 5).get("a")).isEqualTo(5);
        assertThat(SCORES.get("a")).isEqualTo(1);
    }

    @Test
    void doNotChangeWithTheMapThatTheyCameFrom() {
        Map<String, Double> map = new LinkedHashMap<>(Map.of("a", 1.0));
        Scores scores = new Scores(map);
        map.put("a", 2.0);
        assertThat(scores).isEqualTo(Scores.of("a", 1));
        assertThatThrownBy(() -> scores.byName().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aMissingOneIsNamedWithThoseThatThereAre() {
        assertThatThrownBy(() -> SCORES.get("jacov"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("score: 'jacov' is not allowed; allowed: b, a, c");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY})
    void areFinite(double value) {
        assertThatThrownBy(() -> SCORES.with("jacov", value)).hasMessage("score 'jacov': " + value + " is not finite");
    }

    @Test
    void theMeanIsOfEachName() {
        Scores mean = Scores.mean(List.of(
                Scores.of("x", 1).with("y", 4),
                Scores.of("x", 2).with("y", -1),
                Scores.of("x", 6).with("y", 0)));
        assertThat(mean).isEqualTo(Scores.of("x", 3).with("y", 1));
    }
}
