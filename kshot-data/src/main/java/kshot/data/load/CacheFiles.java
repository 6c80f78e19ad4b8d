package kshot.data.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import kshot.data.files.FileSpec;
import kshot.data.files.FileTree;
import kshot.data.store.EncodedDirectory;
import kshot.data.store.PixelDigest;
import kshot.data.store.ShardDirectory;
import kshot.data.store.StoreLimits;

/**
 * The names of the files of the cache directory that belong to one data set, read in one way. They follow from the path, sizes and times of
 * the data set's files and from the options; the seed counts only where it drew the test images.
 *
 * @param directory the cache directory
 * @param ofAnySeed the key of files that do not depend on the seed, 32 hexadecimal digits
 * @param ofSeed the key of files that do
 * @param limits what decides where images are kept
 */
record CacheFiles(Path directory, String ofAnySeed, String ofSeed, StoreLimits limits) {
    /** Another version of any file has another number here. */
    static final int VERSION = 2;

    /**
     * Returns the files of the data set at {@code source}, read with {@code options}.
     *
     * @throws IOException if the files of the data set cannot be listed
     */
    static CacheFiles of(Path directory, FileSpec source, DataOptions options) throws IOException {
        MessageDigest key = PixelDigest.sha256();
        update(
                key,
                VERSION + "\n" + source.folder() + "\n" + options.imageSize() + " " + options.color() + " "
                        + options.unreadable() + " " + options.duplicates() + "\n");
        for (Path path : source.files()) {
            FileTree.signature(path, line -> update(key, line));
        }
        String ofAnySeed = text(key);
        update(key, "\n" + options.seed().value() + " " + options.testFraction());
        return new CacheFiles(directory, ofAnySeed, text(key), options.limits());
    }

    private static void update(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the first 16 bytes of a digest of what it was given so far. */
    private static String text(MessageDigest digest) {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest(), 0, 16);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("a SHA-256 can be copied", e);
        }
    }

    /**
     * Returns a file.
     *
     * @param kind the end of its name
     * @param seedCounts whether it depends on the seed
     */
    Path file(String kind, boolean seedCounts) {
        return directory.resolve("images-" + (seedCounts ? ofSeed : ofAnySeed) + "." + kind);
    }

    /** Returns the places for images that do not fit into the heap. */
    DiskPlaces disk() {
        return new DiskPlaces(
                new ShardDirectory(file("shards", false), ofAnySeed, limits),
                new EncodedDirectory(file("encoded", false), ofAnySeed, limits));
    }

    /** Returns the files beside the directories, whether they are there or not. */
    private List<Path> files() {
        return Stream.of("cache", "index")
                .flatMap(kind -> Stream.of(file(kind, false), file(kind, true)))
                .toList();
    }

    /** Returns the number of bytes of everything that is there. */
    long bytes() throws IOException {
        long bytes = disk().shards().bytes() + disk().encoded().bytes();
        for (Path file : files()) {
            bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
        }
        return bytes;
    }

    /** Removes everything that is there. */
    void remove() throws IOException {
        disk().shards().remove();
        disk().encoded().remove();
        for (Path file : files()) {
            Files.deleteIfExists(file);
        }
    }
}
