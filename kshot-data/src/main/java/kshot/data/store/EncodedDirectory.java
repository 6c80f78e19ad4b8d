package kshot.data.store;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import kshot.data.files.Place;
import kshot.data.store.EncodedPixels.Decoder;

/**
 * A directory that says where the images of one data set lie, and what their pixels are, so that they can be decoded whenever they
 * are needed. The pixels are in none of its files. The places are a file {@code places}:
 *
 * <pre>
 * magic (8 bytes), key (text), number of files (4), the path of each (text), number of images (4)
 * for each image: number of its file (4), its name in a zip archive (text), offset (8), length (8)
 * CRC-32C of everything before it (8)
 * </pre>
 *
 * <p>An {@link ImageCheck} of each image is a record in the shards of a {@link ShardDirectory}, as many in each shard as there would
 * be images. So decoding them for the first time goes on where it was stopped.
 */
public final class EncodedDirectory {
    private static final long MAGIC = 0x4B53484F54504C43L; // "KSHOTPLC"

    private final Path directory;
    private final String key;
    private final StoreLimits limits;

    /**
     * Creates a directory of places; nothing is read or written.
     *
     * @param key the key of the data set and of the way in which it is read, 32 hexadecimal digits
     */
    public EncodedDirectory(Path directory, String key, StoreLimits limits) {
        this.directory = directory;
        this.key = key;
        this.limits = limits;
    }

    private ShardDirectory checks(int imageBytes) {
        long images = Math.max(1, limits.shard() / imageBytes);
        return new ShardDirectory(directory, key, limits.withShard(images * ImageCheck.BYTES));
    }

    private Path places() {
        return directory.resolve("places");
    }

    /** Returns the images, or nothing if a file is missing or damaged. */
    public Optional<EncodedPixels> open(int images, int imageBytes, Decoder decoder) {
        Optional<ShardedPixels> checks = checks(imageBytes).open(images, ImageCheck.BYTES);
        return checks.isEmpty()
                ? Optional.empty()
                : readPlaces(images).map(places -> new EncodedPixels(places, checks.get(), imageBytes, decoder));
    }

    /**
     * Writes what is missing, and returns the images.
     *
     * @param places the place of each image
     * @param checks the records of {@link ImageCheck}s
     * @throws IOException if it cannot be written
     */
    public EncodedPixels prepare(List<Place> places, int imageBytes, ShardContent checks, Decoder decoder)
            throws IOException {
        Files.createDirectories(directory);
        if (!readPlaces(places.size()).equals(Optional.of(places))) {
            SharedFile.write(
                    places(),
                    channel -> writePlaces(channel, places),
                    () -> readPlaces(places.size()).isPresent());
        }
        ShardedPixels records = checks(imageBytes).prepare(places.size(), ImageCheck.BYTES, checks);
        return new EncodedPixels(places, records, imageBytes, decoder);
    }

    /** Returns the number of bytes of all files in the directory. */
    public long bytes() throws IOException {
        return checks(1).bytes();
    }

    /** Removes the directory and all files in it. */
    public void remove() throws IOException {
        checks(1).remove();
    }

    private void writePlaces(WritableByteChannel channel, List<Place> places) throws IOException {
        Map<Path, Integer> files = new LinkedHashMap<>();
        places.forEach(place -> files.putIfAbsent(place.file(), files.size()));
        CheckedOutputStream checked = new CheckedOutputStream(
                new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16), new CRC32C());
        DataOutputStream out = new DataOutputStream(checked);
        out.writeLong(MAGIC);
        out.writeUTF(key);
        out.writeInt(files.size());
        for (Path file : files.keySet()) {
            out.writeUTF(file.toString());
        }
        out.writeInt(places.size());
        for (Place place : places) {
            out.writeInt(files.getOrDefault(place.file(), 0));
            out.writeUTF(place.member());
            out.writeLong(place.offset());
            out.writeLong(place.length());
        }
        out.writeLong(checked.getChecksum().getValue());
        out.flush();
    }

    private Optional<List<Place>> readPlaces(int images) {
        try (CheckedInputStream checked = new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(places()), 1 << 16), new CRC32C())) {
            DataInputStream in = new DataInputStream(checked);
            if (in.readLong() != MAGIC || !in.readUTF().equals(key)) {
                return Optional.empty();
            }
            List<Path> files = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                files.add(Path.of(in.readUTF()));
            }
            List<Place> places = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                places.add(new Place(files.get(in.readInt()), in.readUTF(), in.readLong(), in.readLong()));
            }
            long crc = checked.getChecksum().getValue();
            return in.readLong() == crc && places.size() == images ? Optional.of(places) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            // Damaged, whatever way: the data set is read again, and the file is replaced.
            return Optional.empty();
        }
    }
}
