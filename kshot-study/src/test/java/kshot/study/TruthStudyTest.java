package kshot.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.study.TruthStudy.Row;
import kshot.study.TruthStudy.Training;
import kshot.study.result.Markdown;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TruthStudyTest {
    private static final SearchSpace SPACE = Spaces.named("nas-bench-201");

    private static Row row(String arch, double first, double second, long flops) {
        return Row.of(
                arch,
                new Cost(3, flops, flops - 1),
                List.of(new Training(first, -1, 60), new Training(second, -2, 0.5)));
    }

    /**
     * Deviations of ±0.01, ±0.02 and ±0.03 from the means: the sum of squares is 2 (1 + 4 + 9) e-4, by 3 degrees of freedom. Of
     * three pairs the seeds agree on two, τ = (2 − 1) / 3; FLOPs agree with the means on all but one.
     */
    @Test
    void saysHowSureTheTruthIs() {
        TruthStudy study = new TruthStudy(
                "s", List.of(row("a", 0.50, 0.52, 10), row("b", 0.58, 0.54, 30), row("c,\"d\"", 0.57, 0.63, 20)));
        assertThat(study.noise()).isCloseTo(Math.sqrt(28e-4 / 3), within(1e-12));
        assertThat(study.tauOfSeeds()).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(Markdown.of(study))
                .contains("| mean | 0.5567 |", "| best | 0.6000 |", "| worst | 0.5100 |")
                .contains("| standard deviation of one training | 0.0306 |")
                .contains("| one seed against another, mean | 0.333 |", "| FLOPs | 0.333 |", "| parameters | – |");
        assertThat(study.csv()).isEqualTo("""
                        arch,test_accuracy,test_log_likelihood,flops,live_flops,params,\
                        test_accuracy_seed1,test_log_likelihood_seed1,seconds_seed1,\
                        test_accuracy_seed2,test_log_likelihood_seed2,seconds_seed2
                        a,0.51,-1.5,10,9,3,0.5,-1.0,60.0,0.52,-2.0,0.5
                        b,0.56,-1.5,30,29,3,0.58,-1.0,60.0,0.54,-2.0,0.5
                        "c,""d""\",0.6,-1.5,20,19,3,0.57,-1.0,60.0,0.63,-2.0,0.5
                        """);
    }

    @Test
    void fewerAreAmongTheMoreAndAllDiffer() {
        List<Architecture> more = TruthStudy.draw(SPACE, Limits.NONE, 300, new Seed(1));
        assertThat(TruthStudy.draw(SPACE, Limits.NONE, 20, new Seed(1))).isEqualTo(more.subList(0, 20));
        assertThat(more.stream().map(SPACE::canonical).collect(Collectors.toSet()))
                .hasSize(300);
    }

    /** Two widths are two architectures. */
    @Test
    void refusesMoreThanThereAre(@TempDir Path folder) throws IOException {
        SearchSpace two =
                Spaces.named(Files.writeString(folder.resolve("two.yaml"), """
                        name: two
                        input: {channels: 3, size: 16}
                        classes: 3
                        layers:
                          - conv: {out: [4, 8], stride: 2}
                        head: [global_pool, linear]
                        """).toString());
        assertThat(TruthStudy.draw(two, Limits.NONE, 2, new Seed(1))).hasSize(2);
        assertThatThrownBy(() -> TruthStudy.draw(two, Limits.NONE, 3, new Seed(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("--archs: 3 is not allowed; allowed: at most about 2, as many as were found to differ");
    }
}
