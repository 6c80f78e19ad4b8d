package kshot.app.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import kshot.app.cli.KshotCommand;
import org.bytedeco.javacpp.Pointer;

/**
 * Does small runs in one process, one after the other, for as long as asked: trainings, searches, exports, reports. What a
 * run opens, allocates and starts has to be gone when it ends, so after each the process has to be what it was before.
 *
 * <p>{@code docs/architecture.md} says how to run it.
 */
public final class Soak {
    /** With fewer, the thirds that are compared say nothing. */
    private static final int FEWEST_ROUNDS = 15;

    private Soak() {}

    /**
     * What the process holds after a round, with all garbage collected.
     *
     * @param seconds since the start
     * @param heap bytes of living Java objects
     * @param nativeObjects objects of libtorch that Java holds
     * @param nativeBytes what they say that they take
     * @param resident bytes of the process in memory
     * @param files open files
     * @param threads of the process, those of libraries included
     */
    private record Sample(
            long seconds, long heap, long nativeObjects, long nativeBytes, long resident, long files, long threads) {
        static Sample now(long start) throws IOException {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            Runtime java = Runtime.getRuntime();
            return new Sample(
                    Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                    java.totalMemory() - java.freeMemory(),
                    Pointer.totalCount(),
                    Pointer.totalBytes(),
                    Pointer.physicalBytes(),
                    entries("/proc/self/fd"),
                    entries("/proc/self/task"));
        }

        private static long entries(String folder) throws IOException {
            try (Stream<Path> entries = Files.list(Path.of(folder))) {
                return entries.count();
            }
        }

        String row() {
            return String.format(
                    Locale.ROOT,
                    "%d,%.1f,%d,%.1f,%.1f,%d,%d",
                    seconds,
                    heap / 1e6,
                    nativeObjects,
                    nativeBytes / 1e6,
                    resident / 1e6,
                    files,
                    threads);
        }
    }

    /**
     * Goes on for as many minutes as the first argument says, with the options of {@code kshot run} that follow it.
     *
     * @throws AssertionError if anything has grown
     */
    public static void main(String[] arguments) throws IOException {
        long start = System.nanoTime();
        Duration time = Duration.ofMinutes(Long.parseLong(arguments[0]));
        List<String> options = List.of(arguments).subList(1, arguments.length);
        Path folder = Files.createTempDirectory("soak");
        List<Sample> samples = new ArrayList<>();
        System.out.println("seconds,heap_mb,native_objects,native_mb,resident_mb,files,threads");
        while (System.nanoTime() - start < time.toNanos()) {
            round(folder.resolve("run"), options);
            Sample sample = Sample.now(start);
            samples.add(sample);
            System.out.println(sample.row());
        }
        assertThat(samples.size())
                .as("rounds in this time, of which more are needed")
                .isGreaterThanOrEqualTo(FEWEST_ROUNDS);
        requireFlat(samples);
    }

    private static void round(Path out, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of("run", "--out", out.toString()));
        command.addAll(options);
        StringWriter err = new StringWriter();
        int exitCode = KshotCommand.execute(
                command.toArray(String[]::new), new PrintWriter(new StringWriter()), new PrintWriter(err));
        assertThat(exitCode).as(err.toString()).isZero();
        try (Stream<Path> files = Files.walk(out)) {
            files.sorted(Comparator.reverseOrder()).forEach(Soak::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The median of the last third is that of the second, but for a twentieth and a little. In the first one code is
     * compiled, and caches and pools of memory grow to what they stay at.
     */
    private static void requireFlat(List<Sample> samples) {
        requireFlat("heap", samples, Sample::heap, 8_000_000);
        requireFlat("native objects", samples, Sample::nativeObjects, 100);
        requireFlat("native bytes", samples, Sample::nativeBytes, 1_000_000);
        requireFlat("resident bytes", samples, Sample::resident, 50_000_000);
        requireFlat("open files", samples, Sample::files, 2);
        requireFlat("threads", samples, Sample::threads, 2);
    }

    private static void requireFlat(String what, List<Sample> samples, ToLongFunction<Sample> value, long little) {
        int third = samples.size() / 3;
        double second = median(samples.subList(third, 2 * third), value);
        double last = median(samples.subList(samples.size() - third, samples.size()), value);
        System.out.printf(
                Locale.ROOT, "%s: %.0f in the second third, %.0f in the last (medians)%n", what, second, last);
        assertThat(last).as(what).isLessThanOrEqualTo(1.05 * second + little);
    }

    private static double median(List<Sample> samples, ToLongFunction<Sample> value) {
        long[] sorted = samples.stream().mapToLong(value).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
