package kshot.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.Test;

class CodeDistancesTest {
    private static final SearchSpace SPACE = Spaces.named("nas-bench-201");
    private static final Architecture FIRST = Architecture.of(0, 0, 0, 0, 0, 0);
    private static final List<Architecture> STEPS =
            List.of(FIRST, FIRST.with(0, 1), FIRST.with(0, 1).with(3, 2));
    private static final List<SimplexCode> CODES =
            List.of(SimplexCode.of(1, 0), SimplexCode.of(0.5f, 0.5f), SimplexCode.of(0, 1));

    /** Neighbours: cosine √½ and distance √½. The ends: 0 and √2. Twice as many differences, twice the distance: ρ = 1. */
    @Test
    void sumsUpAllPairs() {
        CodeDistances distances = CodeDistances.of(SPACE, STEPS, CODES, List.of(Decision.Kind.values()));
        assertThat(distances.similarity()).isCloseTo(2 * Math.sqrt(0.5) / 3, within(1e-7));
        assertThat(distances.distance()).isCloseTo(4 * Math.sqrt(0.5) / 3, within(1e-7));
        assertThat(distances.rankCorrelation()).isCloseTo(1, within(1e-12));
    }

    @Test
    void equalCodesSayNothingOfArchitectures() {
        CodeDistances distances = CodeDistances.of(
                SPACE, STEPS, Collections.nCopies(3, SimplexCode.uniform(2)), List.of(Decision.Kind.OPERATION));
        assertThat(distances.similarity()).isCloseTo(1, within(1e-7));
        assertThat(distances.distance()).isZero();
        assertThat(distances.rankCorrelation()).isZero();
    }

    @Test
    void onlyDecisionsThatCountMakePairsDifferent() {
        CodeDistances distances = CodeDistances.of(SPACE, STEPS, CODES, List.of(Decision.Kind.WIDTH));
        assertThat(distances.similarity()).isNaN();
        assertThat(distances.rankCorrelation()).isZero();
    }
}
