package kshot.data.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A directory that holds the decoded images of one data set in files {@code 00000.shard}, {@code 00001.shard} and so on.
 *
 * <p>Each shard is written under another name and renamed when it is whole, so a preparation that was stopped goes on with the
 * shards that are missing, whichever these are. Two processes may prepare the same directory at once: they do some work twice,
 * and write the same bytes.
 */
public final class ShardDirectory {
    /** Images of a shard at most, however small they are: their checksums are one array. */
    private static final int MOST_IMAGES = 1 << 24;

    private final Path directory;
    private final String key;
    private final long shardBytes;

    /**
     * Creates a directory of shards; nothing is read or written.
     *
     * @param key the key of the data set and of the way in which it is read, 32 hexadecimal digits
     */
    public ShardDirectory(Path directory, String key, StoreLimits limits) {
        this.directory = directory;
        this.key = key;
        this.shardBytes = limits.shard();
    }

    /** Returns the images, or nothing if any shard is missing or damaged. */
    public Optional<ShardedPixels> open(int images, int imageBytes) {
        List<Shard> shards = new ArrayList<>();
        for (ShardHeader header : plan(images, imageBytes)) {
            Optional<Shard> shard = Shard.open(file(header), header);
            if (shard.isEmpty()) {
                return Optional.empty();
            }
            shards.add(shard.get());
        }
        return Optional.of(store(shards, images, imageBytes));
    }

    /**
     * Writes the shards that are missing, and returns all images.
     *
     * @throws IOException if they cannot be written, or the disk has no room for them
     */
    public ShardedPixels prepare(int images, int imageBytes, ShardContent content) throws IOException {
        Files.createDirectories(directory);
        List<ShardHeader> plan = plan(images, imageBytes);
        requireRoom(
                plan.stream()
                        .filter(header -> Shard.open(file(header), header).isEmpty())
                        .mapToLong(ShardHeader::bytesOfShard)
                        .sum(),
                Files.getFileStore(directory).getUsableSpace());
        List<Shard> shards = new ArrayList<>();
        for (ShardHeader header : plan) {
            shards.add(prepared(header, content));
        }
        // A process that was killed right after it finished a file had no time to remove what others had begun.
        SharedFile.removeUnfinished(directory);
        return store(shards, images, imageBytes);
    }

    /** Returns the number of bytes of all files in the directory. */
    public long bytes() throws IOException {
        long bytes = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /** Removes the directory and all files in it. */
    public void remove() throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
        Files.deleteIfExists(directory);
    }

    private List<Path> files() throws IOException {
        List<Path> all = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                files.forEach(all::add);
            }
        }
        return all;
    }

    private Shard prepared(ShardHeader header, ShardContent content) throws IOException {
        Path file = file(header);
        Optional<Shard> known = Shard.open(file, header);
        if (known.isPresent()) {
            return known.get();
        }
        SharedFile.write(
                file,
                Shard.content(header, content),
                () -> Shard.open(file, header).isPresent());
        return Shard.open(file, header)
                .orElseThrow(() -> new IOException(file + ": was written and cannot be read back"));
    }

    /**
     * Checks that there is room.
     *
     * @param needed bytes still to be written
     * @param free bytes that can be written
     */
    void requireRoom(long needed, long free) throws IOException {
        if (needed > free) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "the images do not fit into memory, and on disk they need %.2f GB more in %s; free: %.2f;"
                            + " choose a smaller image size, or another folder for the cache (XDG_CACHE_HOME)",
                    needed / 1e9,
                    directory,
                    free / 1e9));
        }
    }

    private int imagesOfShard(int imageBytes) {
        return (int) Math.max(1, Math.min(MOST_IMAGES, shardBytes / imageBytes));
    }

    /** Returns the headers of all shards. */
    private List<ShardHeader> plan(int images, int imageBytes) {
        int each = imagesOfShard(imageBytes);
        return IntStream.rangeClosed(0, (images - 1) / each)
                .mapToObj(
                        shard -> new ShardHeader(key, shard * each, Math.min(each, images - shard * each), imageBytes))
                .toList();
    }

    private Path file(ShardHeader header) {
        int shard = header.first() / imagesOfShard(header.imageBytes());
        return directory.resolve(String.format(Locale.ROOT, "%05d.shard", shard));
    }

    private ShardedPixels store(List<Shard> shards, int images, int imageBytes) {
        return new ShardedPixels(directory, shards, imagesOfShard(imageBytes), images, imageBytes);
    }
}
