package kshot.data;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import kshot.common.WholeFile;
import kshot.data.DatasetReport.Conversions;
import kshot.data.files.FileTree;
import kshot.data.files.LeftOut;
import kshot.network.FeatureShape;

/**
 * A file of the cache directory that holds a data set in decoded form. It is found again by the path, sizes and times
 * of the data set's files and by the options; the seed counts only where it drew the test images. It is written as a
 * {@link WholeFile}, so no reader sees half of it. On reading, a CRC checks the header and the fingerprint in the
 * header checks the images; a file that fails counts as absent.
 *
 * <pre>
 * magic (8 bytes), version (4), bytes of the header (4), header, CRC-32 of the header (8)
 * for each training image, then for each test image: label (4), pixels
 * </pre>
 */
final class DatasetCache {
    private static final long MAGIC = 0x4B53484F54444154L; // "KSHOTDAT"
    private static final int VERSION = 2;
    private static final int LARGEST_HEADER = 64 << 20;

    private final Path directory;
    private final Path ofAnySeed;
    private final Path ofSeed;

    private DatasetCache(Path directory, String key, String drawing) {
        this.directory = directory;
        this.ofAnySeed = file(directory, key);
        this.ofSeed = file(directory, key + drawing);
    }

    private static Path file(Path directory, String key) {
        byte[] digest = ImageSet.sha256().digest(key.getBytes(StandardCharsets.UTF_8));
        return directory.resolve("images-" + HexFormat.of().formatHex(digest, 0, 16) + ".cache");
    }

    /**
     * Returns the cache file in {@code directory} for the data set at {@code source}, read with {@code options}.
     *
     * @throws IOException if the files of the data set cannot be listed
     */
    static DatasetCache of(Path directory, Path source, DataOptions options) throws IOException {
        String key = VERSION + "\n" + source + "\n" + options.imageSize() + " " + options.color() + " "
                + options.unreadable() + " " + options.duplicates() + "\n" + FileTree.signature(source);
        return new DatasetCache(directory, key, "\n" + options.seed().value() + " " + options.testFraction());
    }

    /** Returns the data set, or nothing if the file is absent or damaged. */
    Optional<DecodedDataset> read() {
        return read(ofAnySeed).or(() -> read(ofSeed));
    }

    private static Optional<DecodedDataset> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            return Optional.of(read(in, Files.size(file)));
        } catch (IOException | RuntimeException e) {
            // Damaged, whatever way: the data are read from their source again, and the file is replaced.
            return Optional.empty();
        }
    }

    private static DecodedDataset read(DataInputStream in, long fileSize) throws IOException {
        if (in.readLong() != MAGIC || in.readInt() != VERSION) {
            throw new IOException("not a cache of this version");
        }
        int headerBytes = in.readInt();
        byte[] header = in.readNBytes(Math.min(Math.max(0, headerBytes), LARGEST_HEADER));
        if (header.length != headerBytes || in.readLong() != crc(header)) {
            throw new IOException("damaged header");
        }
        Header read = Header.read(new DataInputStream(new ByteArrayInputStream(header)));
        long expected = 2L * Long.BYTES + 2 * Integer.BYTES + headerBytes + read.bytesOfImages();
        if (fileSize != expected) {
            throw new IOException(fileSize + " bytes; expected: " + expected);
        }
        FeatureShape shape = read.target.stored();
        ImageSet train = readSet(in, shape, read.classes, read.trainImages);
        ImageSet test = readSet(in, shape, read.classes, read.testImages);
        DecodedDataset dataset = read.withImages(new Split(train, test));
        if (!dataset.fingerprint().equals(read.fingerprint)) {
            throw new IOException("damaged images");
        }
        return dataset;
    }

    private static ImageSet readSet(DataInputStream in, FeatureShape shape, List<String> classes, int size)
            throws IOException {
        byte[][] images = new byte[size][Math.toIntExact(shape.elements())];
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            labels[i] = in.readInt();
            in.readFully(images[i]);
        }
        return new ImageSet(shape, classes, images, labels);
    }

    /**
     * Writes a data set and returns it. If it cannot be written, the returned one has a note that says so: it is usable
     * all the same.
     */
    DecodedDataset write(DecodedDataset dataset) {
        try {
            Files.createDirectories(directory);
            Path file = dataset.testSplitMade() ? ofSeed : ofAnySeed;
            WholeFile.write(file, channel -> writeTo(channel, dataset));
            return dataset;
        } catch (IOException e) {
            return dataset.withNote("The decoded images could not be kept in the cache: " + e + ".");
        }
    }

    private static void writeTo(WritableByteChannel channel, DecodedDataset dataset) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        Header.of(dataset).write(new DataOutputStream(header));
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
        out.writeLong(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(header.size());
        header.writeTo(out);
        out.writeLong(crc(header.toByteArray()));
        writeSet(out, dataset.split().first());
        writeSet(out, dataset.split().second());
        out.flush();
    }

    private static void writeSet(DataOutputStream out, ImageSet set) throws IOException {
        for (int i = 0; i < set.size(); i++) {
            out.writeInt(set.label(i));
            out.write(set.image(i));
        }
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    /**
     * The header of the file: everything but the images. {@link #write} and {@link #read} go through the fields in this
     * order.
     */
    private record Header(
            String name,
            String source,
            ImageLayout target,
            boolean mirrorable,
            boolean testSplitMade,
            List<String> classes,
            int trainImages,
            int testImages,
            String fingerprint,
            Conversions conversions,
            List<LeftOut> leftOut,
            List<String> notes) {
        static Header of(DecodedDataset dataset) {
            Split split = dataset.split();
            return new Header(
                    dataset.name(),
                    dataset.source(),
                    dataset.target(),
                    dataset.mirrorable(),
                    dataset.testSplitMade(),
                    split.first().classes(),
                    split.first().size(),
                    split.second().size(),
                    dataset.fingerprint(),
                    dataset.conversions(),
                    dataset.leftOut(),
                    dataset.notes());
        }

        DecodedDataset withImages(Split split) {
            return new DecodedDataset(
                    name, source, target, mirrorable, testSplitMade, split, conversions, leftOut, notes);
        }

        long bytesOfImages() {
            return ((long) trainImages + testImages)
                    * (Integer.BYTES + target.stored().elements());
        }

        void write(DataOutputStream out) throws IOException {
            out.writeUTF(name);
            out.writeUTF(source);
            writeShape(out, target.input());
            writeShape(out, target.stored());
            out.writeBoolean(mirrorable);
            out.writeBoolean(testSplitMade);
            writeTexts(out, classes);
            out.writeInt(trainImages);
            out.writeInt(testImages);
            out.writeUTF(fingerprint);
            out.writeInt(conversions.resized());
            out.writeInt(conversions.greyToColor());
            out.writeInt(conversions.colorToGrey());
            writeLeftOut(out, leftOut);
            writeTexts(out, notes);
        }

        static Header read(DataInputStream in) throws IOException {
            return new Header(
                    in.readUTF(),
                    in.readUTF(),
                    new ImageLayout(readShape(in), readShape(in)),
                    in.readBoolean(),
                    in.readBoolean(),
                    readTexts(in),
                    in.readInt(),
                    in.readInt(),
                    in.readUTF(),
                    new Conversions(in.readInt(), in.readInt(), in.readInt()),
                    readLeftOut(in),
                    readTexts(in));
        }

        private static void writeShape(DataOutputStream out, FeatureShape shape) throws IOException {
            out.writeInt(shape.channels());
            out.writeInt(shape.height());
            out.writeInt(shape.width());
        }

        private static FeatureShape readShape(DataInputStream in) throws IOException {
            return new FeatureShape(in.readInt(), in.readInt(), in.readInt());
        }

        private static void writeLeftOut(DataOutputStream out, List<LeftOut> leftOut) throws IOException {
            out.writeInt(leftOut.size());
            for (LeftOut left : leftOut) {
                out.writeUTF(left.path());
                out.writeUTF(left.reason().name());
                out.writeUTF(left.detail());
            }
        }

        private static List<LeftOut> readLeftOut(DataInputStream in) throws IOException {
            int size = in.readInt();
            List<LeftOut> leftOut = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                leftOut.add(new LeftOut(in.readUTF(), LeftOut.Reason.valueOf(in.readUTF()), in.readUTF()));
            }
            return leftOut;
        }

        private static void writeTexts(DataOutputStream out, List<String> texts) throws IOException {
            out.writeInt(texts.size());
            for (String text : texts) {
                out.writeUTF(text);
            }
        }

        private static List<String> readTexts(DataInputStream in) throws IOException {
            int size = in.readInt();
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                texts.add(in.readUTF());
            }
            return texts;
        }
    }
}
