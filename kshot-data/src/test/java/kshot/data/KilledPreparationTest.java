package kshot.data;

import static kshot.data.ImagesOnDiskTest.assertSame;
import static kshot.data.TestFiles.encoded;
import static kshot.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.data.store.StoreLimits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that prepare 400 images, in 40 shards, and are killed by SIGKILL, or prepare them at the same time. */
@Timeout(300)
class KilledPreparationTest {
    private static final int IMAGES = 400;
    private static final int IMAGE = 55 * 55 * 3;

    /** The kind of store that is prepared. */
    enum Kind {
        SHARDS,
        ENCODED;

        private StoreLimits limits() {
            return new StoreLimits(0, 10 * IMAGE, this == SHARDS ? Integer.MAX_VALUE : 1);
        }
    }

    @TempDir
    private Path folder;

    /** Prepares the data set at the first argument, with the second as cache, as the third says. */
    public static void main(String[] arguments) {
        load(
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                Kind.valueOf(arguments[2]).limits());
    }

    private static Dataset load(Path data, Path cache, StoreLimits limits) {
        return Datasets.load(
                data.toString(),
                DataOptions.defaults().withCacheDirectory(cache).withLimits(limits));
    }

    @BeforeEach
    void draw() throws IOException {
        Map<String, byte[]> photos = new LinkedHashMap<>();
        for (int i = 0; i < IMAGES; i++) {
            BufferedImage image = new BufferedImage(80 + i % 7, 90, BufferedImage.TYPE_3BYTE_BGR);
            for (int y = 0; y < 90; y++) {
                for (int x = 0; x < image.getWidth(); x++) {
                    image.setRGB(x, y, i * 300 + 0x030201 * x + 0x010203 * y);
                }
            }
            photos.put((i % 2 == 0 ? "cat/" : "dog/") + i + ".jpg", encoded(image, "jpg"));
        }
        write(folder.resolve("data.tar"), TestFiles.tar(photos));
        Files.createDirectories(folder.resolve("cache"));
    }

    private Process start(Kind kind) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledPreparationTest.class.getName(),
                        folder.resolve("data.tar").toString(),
                        folder.resolve("cache").toString(),
                        kind.name())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private Dataset expected() {
        return Datasets.load(
                folder.resolve("data.tar").toString(),
                DataOptions.defaults().withLimits(new StoreLimits(Long.MAX_VALUE, 1 << 30, Integer.MAX_VALUE)));
    }

    /** The files that are being written, or were when a process was killed. */
    private List<Path> parts() throws IOException {
        return files().stream()
                .filter(file -> file.toString().endsWith(".part"))
                .toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsKilledGoesOn(Kind kind) throws IOException, InterruptedException {
        SplittableRandom random = new Seed(5).generator("kill");
        int kept = 0;
        for (int kill = 0; kill < 10; kill++) {
            List<Path> before = parts();
            Process process = start(kind);
            // A virtual machine takes a while to start, and has nothing to lose until it writes.
            while (process.isAlive() && parts().equals(before)) {
                process.waitFor(5, TimeUnit.MILLISECONDS);
            }
            boolean ended = process.waitFor(random.nextInt(300), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            assertThat(ended && process.exitValue() != 0)
                    .as(Files.readString(folder.resolve("output")))
                    .isFalse();
            int whole = (int) files().stream()
                    .filter(file -> !file.toString().endsWith(".part"))
                    .count();
            assertThat(whole).as("files that are whole stay").isGreaterThanOrEqualTo(kept);
            kept = whole;
        }
        Dataset dataset = load(folder.resolve("data.tar"), folder.resolve("cache"), kind.limits());
        assertSame(dataset, expected());
        assertThat(files()).as("40 shards, an index, maybe places").hasSize(kind == Kind.SHARDS ? 41 : 42);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void severalProcessesMayPrepareAtOnce(Kind kind) throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(start(kind));
        }
        for (Process process : processes) {
            assertThat(process.waitFor())
                    .as(Files.readString(folder.resolve("output")))
                    .isZero();
        }
        assertSame(load(folder.resolve("data.tar"), folder.resolve("cache"), kind.limits()), expected());
    }

    @Test
    void severalThreadsMayPrepareAtOnce() {
        Dataset expected = expected();
        List<CompletableFuture<Dataset>> all = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> load(folder.resolve("data.tar"), folder.resolve("cache"), Kind.ENCODED.limits())))
                .toList();
        all.forEach(dataset -> assertSame(dataset.join(), expected));
    }
}
