package kshot.run.latency;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToLongFunction;
import kshot.common.TextFile;
import kshot.common.WholeFile;
import kshot.latency.LatencyTable;
import kshot.latency.TableBuilder;
import kshot.network.Network;
import kshot.onnx.OnnxLatency;
import kshot.onnx.OnnxSession;
import kshot.run.progress.Progress;
import kshot.run.progress.RunListener;
import kshot.run.settings.Host;
import kshot.space.Limit;
import kshot.space.SearchSpace;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The latency tables of this machine: measured once for each space, shape of images, number of classes, processor, number
 * of threads and version of ONNX Runtime, and kept as JSON files in the cache directory. A file that is damaged, of
 * another origin than its name says, or without the time of a group that the space has, counts as absent.
 */
public final class LatencyTables {
    /** Seconds of one measurement; those of a group are spread over a while, so that a short disturbance misses some. */
    private static final double SECONDS = 0.01;

    /** Seconds of the measurement of a whole network, which is measured once and not in turn with others. */
    private static final double WHOLE_SECONDS = 0.1;

    private static final double NANOSECONDS_PER_MILLISECOND = 1e6;
    private static final int NANOSECOND_DECIMALS = 6;
    private static final int MAX_BYTES = 16 << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final @Nullable Path directory;
    private final int threads;
    private final ToLongFunction<Network> timer;
    private final RunListener listener;

    /**
     * Tables in any place, measured in any way.
     *
     * @param directory folder in which they are kept; null for none
     * @param threads that compute one run of {@code timer}, at least 1
     * @param timer nanoseconds that a network takes
     */
    public LatencyTables(@Nullable Path directory, int threads, ToLongFunction<Network> timer, RunListener listener) {
        this.directory = directory;
        this.threads = threads;
        this.timer = timer;
        this.listener = listener;
    }

    /** Returns the tables of this machine, in the user's cache directory. */
    public static LatencyTables ofMachine(int threads, RunListener listener) {
        return new LatencyTables(
                Host.cacheDirectory(), threads, network -> OnnxLatency.fastest(network, threads, SECONDS), listener);
    }

    /**
     * Returns a limit of latency that measures a whole network on this machine, for networks whose layers no table has.
     *
     * @param milliseconds the largest time that is inside, above 0
     * @param threads that compute one run, at least 1
     */
    public static Limit measuredLimit(double milliseconds, int threads) {
        return new Limit(
                "limits.max_latency_ms",
                network -> OnnxLatency.fastest(network, threads, WHOLE_SECONDS),
                Math.round(milliseconds * NANOSECONDS_PER_MILLISECOND),
                NANOSECOND_DECIMALS,
                "ms");
    }

    /** What a table was measured of and on. */
    record Origin(String space, String images, int classes, String processor, int threads, String onnxRuntime) {}

    /** What a file holds; times are nanoseconds. */
    record Kept(Origin origin, LatencyTable table) {}

    /** The table of a space: the kept one, or else measured, which takes some seconds, and kept. */
    public LatencyTable of(SearchSpace space) {
        Origin origin = new Origin(
                space.name(),
                space.input().toString(),
                space.classes(),
                Host.processor(),
                threads,
                OnnxSession.runtimeVersion());
        TableBuilder builder = new TableBuilder(space);
        Path folder = directory;
        if (folder == null) {
            return measure(builder);
        }
        Path file = folder.resolve(
                "latency-" + UUID.nameUUIDFromBytes(origin.toString().getBytes(StandardCharsets.UTF_8)) + ".json");
        return read(file)
                .filter(kept -> kept.origin().equals(origin) && builder.isComplete(kept.table()))
                .map(Kept::table)
                .orElseGet(() -> keep(folder, file, new Kept(origin, measure(builder))));
    }

    private static Optional<Kept> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(
                    JSON.readValue(TextFile.read("latency table " + file, file, MAX_BYTES), Kept.class));
        } catch (RuntimeException e) {
            // Damaged, whatever way: the table is measured again, and the file is replaced.
            return Optional.empty();
        }
    }

    private LatencyTable measure(TableBuilder builder) {
        try (Progress progress = listener.progress("latency", builder.measurements())) {
            return builder.build(timer, done -> progress.update(done, ""));
        }
    }

    private LatencyTable keep(Path folder, Path file, Kept kept) {
        try {
            Files.createDirectories(folder);
            WholeFile.write(file, JSON.writeValueAsString(kept));
        } catch (IOException e) {
            listener.say("the latency table could not be kept: " + e.getMessage());
        }
        return kept.table();
    }
}
