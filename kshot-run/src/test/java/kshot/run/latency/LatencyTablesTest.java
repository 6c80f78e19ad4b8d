package kshot.run.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import kshot.latency.LatencyTable;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.run.progress.RunListener;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyTablesTest {
    private static final SearchSpace SPACE = Spaces.named("nas-bench-macro");

    @TempDir
    private Path folder;

    private final AtomicInteger measurements = new AtomicInteger();

    private LatencyTable load(SearchSpace space, int threads) {
        return load(folder.resolve("cache"), space, threads);
    }

    private LatencyTable load(@Nullable Path directory, SearchSpace space, int threads) {
        measurements.set(0);
        return new LatencyTables(
                        directory,
                        threads,
                        network -> {
                            measurements.incrementAndGet();
                            return 1_000 + Cost.of(network).liveFlops();
                        },
                        RunListener.NONE)
                .of(space);
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.toList();
        }
    }

    @Test
    void secondTimeNothingIsMeasured() throws IOException {
        LatencyTable first = load(SPACE, 1);
        assertThat(measurements).hasPositiveValue();
        assertThat(load(SPACE, 1)).isEqualTo(first);
        assertThat(measurements).hasValue(0);
        assertThat(kept()).hasSize(1);
    }

    @Test
    void withoutADirectoryItIsMeasuredEachTime() {
        LatencyTable first = load(null, SPACE, 1);
        assertThat(load(null, SPACE, 1)).isEqualTo(first);
        assertThat(measurements).hasPositiveValue();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void otherImagesClassesAndThreadsHaveOtherTables() throws IOException {
        load(SPACE, 1);
        for (SearchSpace other : List.of(SPACE.adapt(new FeatureShape(1, 32, 32), 10), SPACE.adapt(SPACE.input(), 7))) {
            load(other, 1);
            assertThat(measurements).hasPositiveValue();
        }
        load(SPACE, 2);
        assertThat(measurements).hasPositiveValue();
        assertThat(kept()).hasSize(4);
    }

    @Test
    void aDamagedOrForeignFileIsMeasuredAnewAndReplaced() throws IOException {
        LatencyTable first = load(SPACE, 1);
        Path file = kept().get(0);
        String whole = Files.readString(file);
        int group = whole.indexOf("\"a:");
        for (String damaged : List.of(
                "",
                "null",
                "[]",
                "{}",
                whole.substring(0, whole.length() / 2),
                whole.replace("\"threads\" : 1", "\"threads\" : 2"),
                whole.replace("\"session\" : ", "\"session\" : -"),
                whole.replace("\"session\" : ", "\"session\" : \"x\", \"y\" : "),
                whole.substring(0, group) + whole.substring(whole.indexOf("\"a:", group + 1)))) {
            Files.writeString(file, damaged);
            assertThat(load(SPACE, 1)).as(damaged).isEqualTo(first);
            assertThat(measurements).as(damaged).hasPositiveValue();
            assertThat(file).content(StandardCharsets.UTF_8).isEqualTo(whole);
        }
    }

    @Test
    void aTableThatCannotBeKeptIsUsedAllTheSame() throws IOException {
        Files.writeString(folder.resolve("cache"), "a file");
        assertThat(load(SPACE, 1).groups()).isNotEmpty();
    }
}
