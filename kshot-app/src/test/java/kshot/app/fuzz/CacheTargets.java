package kshot.app.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.data.files.FileSpec;
import kshot.data.files.FileTree;
import kshot.data.files.LeftOut;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.data.store.DecodingResult;
import kshot.data.store.EncodedDirectory;
import kshot.data.store.ImageCheck;
import kshot.data.store.PixelStore;
import kshot.data.store.ShardContent;
import kshot.data.store.ShardDirectory;
import kshot.data.store.StoreLimits;

/** The readers of the cache. Whatever a file is, what is read is what was written, or there is an error, or nothing. */
final class CacheTargets {
    private static final String KEY = "000102030405060708090a0b0c0d0e0f";
    private static final int IMAGES = 5;
    private static final int BYTES = 48;

    /** Two images in each shard. */
    private static final StoreLimits LIMITS = new StoreLimits(0, 2 * BYTES, 1);

    private CacheTargets() {}

    static List<Target> all() {
        try {
            return List.of(decoded(), shards(), encoded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names and contents of files, also in folders. */
    private static Map<String, byte[]> contents(Path folder) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private static Target decoded() throws IOException {
        Path folder = Files.createTempDirectory("fuzz-cache");
        Path data = Files.write(folder.resolve("data.tar"), Samples.tar(Samples.classFolders()));
        Path cache = folder.resolve("cache");
        String expected = Datasets.load(data.toString(), DataOptions.defaults().withCacheDirectory(cache))
                .report()
                .fingerprint();
        return Target.of("cache", 600, false, List.of(contents(cache)), input -> {
            AtomicBoolean decoded = new AtomicBoolean();
            DataOptions options = DataOptions.defaults()
                    .withCacheDirectory(input)
                    .withProgress((stage, done, total) -> decoded.set(true));
            if (!Datasets.load(data.toString(), options).report().fingerprint().equals(expected)) {
                throw new IllegalStateException("other images");
            }
            if (decoded.get()) {
                throw new InvalidInputException("damaged, and made anew");
            }
        });
    }

    private static byte[] image(int number) {
        byte[] pixels = new byte[BYTES];
        Arrays.fill(pixels, (byte) number);
        return pixels;
    }

    /** The images or their checks; the last one is unreadable. */
    private static ShardContent content(boolean checks) {
        return (from, to, sink) -> {
            TreeMap<Integer, LeftOut> unreadable = new TreeMap<>();
            for (int i = from; i < to; i++) {
                sink.add(checks ? ImageCheck.of(image(i)).bytes() : image(i));
                if (i == IMAGES - 1) {
                    unreadable.put(i, new LeftOut("a.png", LeftOut.Reason.UNREADABLE, "cut off"));
                }
            }
            return new DecodingResult(1, 0, 0, unreadable);
        };
    }

    private static void requireImages(PixelStore pixels) {
        for (int i = 0; i < IMAGES; i++) {
            if (!Arrays.equals(pixels.read(i), image(i))) {
                throw new IllegalStateException("other pixels of image " + i);
            }
        }
    }

    private static Target shards() throws IOException {
        Path folder = Files.createTempDirectory("fuzz-shards");
        new ShardDirectory(folder, KEY, LIMITS).prepare(IMAGES, BYTES, content(false));
        return Target.of(
                "shards",
                2000,
                false,
                List.of(contents(folder)),
                input -> new ShardDirectory(input, KEY, LIMITS)
                        .open(IMAGES, BYTES)
                        .ifPresent(CacheTargets::requireImages));
    }

    /** The files are the pixels. */
    private static Target encoded() throws IOException {
        Path folder = Files.createTempDirectory("fuzz-encoded");
        for (int i = 0; i < IMAGES; i++) {
            Files.write(folder.resolve("data" + i), image(i));
        }
        Path cache = folder.resolve("cache");
        try (FileTree tree = FileSpec.of(folder.toString()).orElseThrow().open()) {
            new EncodedDirectory(cache, KEY, LIMITS)
                    .prepare(
                            tree.files().stream()
                                    .flatMap(file -> Stream.ofNullable(file.place()))
                                    .toList(),
                            BYTES,
                            content(true),
                            file -> file.read(BYTES));
        }
        return Target.of(
                "encoded",
                2000,
                false,
                List.of(contents(cache)),
                input -> new EncodedDirectory(input, KEY, LIMITS)
                        .open(IMAGES, BYTES, file -> file.read(BYTES))
                        .ifPresent(CacheTargets::requireImages));
    }
}
