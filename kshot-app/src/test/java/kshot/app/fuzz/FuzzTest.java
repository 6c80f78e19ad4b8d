package kshot.app.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import kshot.app.fuzz.Fuzzer.Result;
import kshot.common.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No file makes a reader fail in another way than by a refusal, hang, take much memory, or write anything. Runs in a
 * virtual machine of its own with a small heap; {@code docs/fuzzing.md} says how to run it for longer.
 */
@Tag("fuzz")
class FuzzTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    static Stream<Target> targets() {
        List<String> readers = List.of(System.getProperty("fuzz.readers", "").split(","));
        List<Target> chosen = Targets.all().stream()
                .filter(target -> readers.equals(List.of("")) || readers.contains(target.name()))
                .toList();
        assertThat(chosen)
                .as("-Dfuzz.readers=" + readers + "; allowed: "
                        + Arrays.toString(Targets.all().toArray()))
                .isNotEmpty();
        return chosen.stream();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void nothingEscapes(Target target) throws IOException {
        Path temporary = Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
        Path saved = Path.of("target", "fuzz-escapes").toAbsolutePath();
        Seed seed = new Seed(Long.getLong("fuzz.seed", 1));
        int inputs = Integer.getInteger("fuzz.inputs", target.inputs());
        Result result = new Fuzzer(temporary, saved, seed, LIMIT).run(target, inputs);
        System.out.println(result);
        assertThat(result.escapes()).isEmpty();
        assertThat(result.accepted()).as("inputs that are still valid").isPositive();
        assertThat(result.refused()).as("inputs that are not").isPositive();
    }
}
