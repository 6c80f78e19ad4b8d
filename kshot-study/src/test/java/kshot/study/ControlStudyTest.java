package kshot.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.predict.SupernetScores;
import kshot.simplex.CodeStatistics;
import kshot.study.ControlStudy.Effect;
import kshot.study.ControlStudy.Member;
import kshot.study.ControlStudy.Treatment;
import kshot.study.result.Markdown;
import org.junit.jupiter.api.Test;

class ControlStudyTest {
    /** Two seeds, which differ by 0.1; from one treatment to the next the first loses 0.02 and the second 0.04, but in the third. */
    private static ControlStudy study() {
        return ControlStudy.of(
                8,
                400,
                Stream.of(
                                members(Treatment.ONE_SUPERNET, false, 0.60, 0.70),
                                members(Treatment.ONE_SUPERNET_FEWER_IMAGES, false, 0.58, 0.66),
                                members(Treatment.EQUAL_CODES, true, 0.58, 0.66),
                                members(Treatment.FROZEN_CODES, true, 0.56, 0.62),
                                members(Treatment.LEARNED_CODES, true, 0.54, 0.58))
                        .flatMap(List::stream)
                        .toList());
    }

    private static List<Member> members(Treatment treatment, boolean hasCodes, double... taus) {
        return IntStream.range(0, taus.length)
                .mapToObj(i -> new Member(
                        treatment,
                        i + 1,
                        60,
                        hasCodes ? new CodeStatistics(0.9, 0.1 * (i + 1), 0.2, 0.5) : null,
                        Map.of(SupernetScores.LOG_LIKELIHOOD, taus[i])))
                .toList();
    }

    @Test
    void effectsAreThoseOfTheSameSeed() {
        List<Effect> effects = study().effects();
        assertThat(effects)
                .extracting(Effect::meaning)
                .containsExactly(
                        "fewer images",
                        "K supernets in place of one, mixed alike",
                        "codes that differ",
                        "codes that are learnt",
                        "all together");
        assertThat(effects.get(0).difference().mean()).isCloseTo(-0.03, within(1e-12));
        assertThat(effects.get(0).difference().error()).isCloseTo(0.01, within(1e-12));
        assertThat(effects.get(1).difference().mean()).isCloseTo(0, within(1e-12));
        assertThat(effects.get(4).difference().mean()).isCloseTo(-0.09, within(1e-12));
        assertThat(Markdown.of(study()))
                .contains("| fewer images | K = 1, fewer images | K = 1 | -0.030 ± 0.010 | yes |")
                .contains(
                        "| K supernets in place of one, mixed alike | equal codes | K = 1, fewer images | +0.000 ± 0.000 | no |")
                .contains("| learned codes | 0.900 ± 0.000 | 0.150 ± 0.071 | 0.200 ± 0.000 | 0.500 ± 0.000 | 1.0 |")
                .contains("| K = 1 | – | – | – | – | 1.0 |");
    }
}
