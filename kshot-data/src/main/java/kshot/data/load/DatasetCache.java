package kshot.data.load;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import kshot.common.WholeFile;
import kshot.data.ImageSet;
import kshot.data.Normalization;
import kshot.data.Split;
import kshot.data.store.EncodedDirectory;
import kshot.data.store.HeapPixels;
import kshot.data.store.PixelStore;
import kshot.data.store.ShardDirectory;
import kshot.data.store.ShardedPixels;
import kshot.data.store.SharedFile;
import kshot.network.FeatureShape;

/**
 * The cache of a data set in decoded form, in the files that {@link CacheFiles} names. They are written as {@link WholeFile}s, so no
 * reader sees half of one. A file that is damaged counts as absent.
 *
 * <p>A data set that fits into the heap is one file, {@code images-KEY.cache}. On reading, a CRC checks the header and the
 * fingerprint in the header checks the images:
 *
 * <pre>
 * magic (8 bytes), version (4), bytes of the header (4), header, CRC-32 of the header (8)
 * for each training image, then for each test image: label (4), pixels
 * </pre>
 *
 * <p>The images of a larger one are in a {@link ShardDirectory}, {@code images-KEY.shards}, whatever the seed is, or stay where they
 * lie, and an {@link EncodedDirectory}, {@code images-KEY.encoded}, says where that is. What they are, and which train and which test, is in a file {@code images-KEY.index}:
 *
 * <pre>
 * magic (8 bytes), version (4), bytes of the header (4), header, CRC-32 of the header (8)
 * number of images on disk (4), mean and deviation of each channel (4 each), fingerprints of training and test images
 * for each training image, then for each test image: label (4), number on disk (4)
 * CRC-32 of everything before it (8)
 * </pre>
 */
final class DatasetCache {
    private static final long MAGIC = 0x4B53484F54444154L; // "KSHOTDAT"
    private static final long INDEX_MAGIC = 0x4B53484F54494458L; // "KSHOTIDX"
    private static final int LARGEST_HEADER = 64 << 20;

    private final CacheFiles files;

    /** Creates the cache of a data set; nothing is read or written. */
    DatasetCache(CacheFiles files) {
        this.files = files;
    }

    /** Returns the data set, or nothing if a file is absent or damaged. */
    Optional<DecodedDataset> read() {
        return read(files.file("cache", false), this::readImages)
                .or(() -> read(files.file("cache", true), this::readImages))
                .or(() -> read(files.file("index", false), this::readIndex))
                .or(() -> read(files.file("index", true), this::readIndex));
    }

    /** A reader of one of the forms of files. */
    @FunctionalInterface
    private interface Form {
        DecodedDataset read(InputStream in, long fileSize) throws IOException;
    }

    private static Optional<DecodedDataset> read(Path file, Form form) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return Optional.of(form.read(in, Files.size(file)));
        } catch (IOException | RuntimeException e) {
            // Damaged, whatever way: the data are read from their source again, and the file is replaced.
            return Optional.empty();
        }
    }

    private DecodedDataset readImages(InputStream stream, long fileSize) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        DatasetHeader header = readHeader(in, MAGIC);
        FeatureShape shape = header.target().stored();
        long left = header.images() * (Integer.BYTES + shape.elements());
        long expected = 2L * Long.BYTES + 2 * Integer.BYTES + bytes(header).length + left;
        if (fileSize != expected) {
            throw new IOException(fileSize + " bytes; expected: " + expected);
        }
        if (!fits(header.images(), shape)) {
            throw new IOException("written by a process with a larger heap");
        }
        ImageSet train = readSet(in, shape, header.classes(), header.trainImages());
        ImageSet test = readSet(in, shape, header.classes(), header.testImages());
        DecodedDataset dataset = header.withImages(new Split(train, test), Normalization.of(train));
        if (!dataset.fingerprint().equals(header.fingerprint())) {
            throw new IOException("damaged images");
        }
        return dataset;
    }

    private static DatasetHeader readHeader(DataInputStream in, long magic) throws IOException {
        if (in.readLong() != magic || in.readInt() != CacheFiles.VERSION) {
            throw new IOException("not a cache of this version");
        }
        int headerBytes = in.readInt();
        byte[] header = in.readNBytes(Math.min(Math.max(0, headerBytes), LARGEST_HEADER));
        if (header.length != headerBytes || in.readLong() != crc(header)) {
            throw new IOException("damaged header");
        }
        return DatasetHeader.read(new DataInputStream(new ByteArrayInputStream(header)));
    }

    private boolean fits(int images, FeatureShape shape) {
        return images * shape.elements() <= files.limits().heap();
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

    private DecodedDataset readIndex(InputStream stream, long fileSize) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(stream, new CRC32());
        DataInputStream in = new DataInputStream(checked);
        DatasetHeader header = readHeader(in, INDEX_MAGIC);
        if (fileSize < 2L * Integer.BYTES * header.images()) {
            throw new IOException("cut off");
        }
        FeatureShape shape = header.target().stored();
        int images = in.readInt();
        List<Float> mean = readFloats(in, shape.channels());
        Normalization normalization = new Normalization(mean, readFloats(in, shape.channels()));
        String ofTrain = in.readUTF();
        String ofTest = in.readUTF();
        int[][] train = readView(in, header.trainImages());
        int[][] test = readView(in, header.testImages());
        long crc = checked.getChecksum().getValue();
        if (in.readLong() != crc) {
            throw new IOException("damaged index");
        }
        PixelStore onDisk = onDisk(images, header.target());
        BitSet used = new BitSet();
        IntStream.concat(IntStream.of(train[1]), IntStream.of(test[1])).forEach(used::set);
        PixelStore pixels = fits(images, shape) ? HeapPixels.of(onDisk, used) : onDisk;
        Split split = new Split(
                new ImageSet(shape, header.classes(), pixels, train[1], train[0], ofTrain),
                new ImageSet(shape, header.classes(), pixels, test[1], test[0], ofTest));
        return header.withImages(split, normalization);
    }

    /** Returns the images that an index is about; there are shards of them, or places of their files. */
    private PixelStore onDisk(int images, ImageLayout target) throws IOException {
        int imageBytes = Math.toIntExact(target.stored().elements());
        Optional<ShardedPixels> shards = files.disk().shards().open(images, imageBytes);
        return shards.isPresent()
                ? shards.get()
                : files.disk()
                        .encoded()
                        .open(images, imageBytes, new StoredImages(target))
                        .orElseThrow(() -> new IOException("a shard is missing"));
    }

    private static List<Float> readFloats(DataInputStream in, int count) throws IOException {
        List<Float> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(in.readFloat());
        }
        return values;
    }

    /** Returns the labels of a set, and the numbers of its images. */
    private static int[][] readView(DataInputStream in, int size) throws IOException {
        int[][] view = new int[2][size];
        for (int i = 0; i < size; i++) {
            view[0][i] = in.readInt();
            view[1][i] = in.readInt();
        }
        return view;
    }

    /**
     * Writes a data set and returns it. If it cannot be written, the returned one has a note that says so: it is usable
     * all the same.
     */
    DecodedDataset write(DecodedDataset dataset) {
        try {
            Files.createDirectories(files.directory());
            if (dataset.isOnDisk()) {
                Path file = files.file("index", dataset.testSplitMade());
                SharedFile.write(file, channel -> writeIndex(channel, dataset), () -> Files.exists(file));
            } else {
                Path file = files.file("cache", dataset.testSplitMade());
                SharedFile.write(file, channel -> writeImages(channel, dataset), () -> Files.exists(file));
            }
            return dataset;
        } catch (IOException e) {
            return dataset.withNote("The decoded images could not be kept in the cache: " + e + ".");
        }
    }

    private static void writeImages(WritableByteChannel channel, DecodedDataset dataset) throws IOException {
        DataOutputStream out = new DataOutputStream(buffered(channel));
        writeHeader(out, MAGIC, dataset);
        for (ImageSet set : List.of(dataset.split().first(), dataset.split().second())) {
            for (int i = 0; i < set.size(); i++) {
                out.writeInt(set.label(i));
                out.write(set.image(i));
            }
        }
        out.flush();
    }

    private static void writeIndex(WritableByteChannel channel, DecodedDataset dataset) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(buffered(channel), new CRC32());
        DataOutputStream out = new DataOutputStream(checked);
        writeHeader(out, INDEX_MAGIC, dataset);
        ImageSet train = dataset.split().first();
        ImageSet test = dataset.split().second();
        out.writeInt(train.pixels().size());
        for (List<Float> values :
                List.of(dataset.normalization().mean(), dataset.normalization().std())) {
            for (float value : values) {
                out.writeFloat(value);
            }
        }
        out.writeUTF(train.fingerprint());
        out.writeUTF(test.fingerprint());
        for (ImageSet set : List.of(train, test)) {
            for (int i = 0; i < set.size(); i++) {
                out.writeInt(set.label(i));
                out.writeInt(set.number(i));
            }
        }
        out.writeLong(checked.getChecksum().getValue());
        out.flush();
    }

    private static OutputStream buffered(WritableByteChannel channel) {
        return new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    }

    private static void writeHeader(DataOutputStream out, long magic, DecodedDataset dataset) throws IOException {
        byte[] header = bytes(DatasetHeader.of(dataset));
        out.writeLong(magic);
        out.writeInt(CacheFiles.VERSION);
        out.writeInt(header.length);
        out.write(header);
        out.writeLong(crc(header));
    }

    private static byte[] bytes(DatasetHeader header) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        header.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }
}
