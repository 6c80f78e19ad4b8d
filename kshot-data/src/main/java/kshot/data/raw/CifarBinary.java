package kshot.data.raw;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.raw.RawFile.Layout;
import kshot.data.source.ImageSource;
import kshot.data.source.LabelledImage;
import kshot.data.source.LabelledImage.Raw;
import kshot.data.source.RawImages;
import kshot.network.FeatureShape;

/**
 * A reader of CIFAR-10 and CIFAR-100 in the binary version (Krizhevsky, "Learning multiple layers of features from tiny
 * images", 2009). An image is one byte of label (CIFAR-100: coarse, then fine; the fine one counts), then 1,024 bytes
 * each of red, green and blue, row by row.
 */
public final class CifarBinary {
    private static final FeatureShape SHAPE = new FeatureShape(3, 32, 32);
    private static final int PIXEL_BYTES = 3072;

    private CifarBinary() {}

    /**
     * Reads the files of a data set; nothing if they are others.
     *
     * @throws IOException if one is damaged
     */
    public static Optional<ImageSource> read(FileTree tree) throws IOException {
        Map<String, FileEntry> files = BatchFiles.rootFiles(tree);
        List<FileEntry> train = BatchFiles.numbered(files, "data_batch_", ".bin");
        ListedImages listed = new ListedImages();
        if (!train.isEmpty()) {
            List<String> classes = BatchFiles.classNames(files.get("batches.meta.txt"), 10, CifarBinary::lines);
            return Optional.of(BatchFiles.source(
                    "CIFAR-10 binary batches",
                    classes,
                    train,
                    files.get("test_batch.bin"),
                    file -> images(file, classes.size(), 1, listed)));
        }
        if (files.containsKey("train.bin")) {
            List<String> classes = BatchFiles.classNames(files.get("fine_label_names.txt"), 100, CifarBinary::lines);
            return Optional.of(BatchFiles.source(
                    "CIFAR-100 binary batches",
                    classes,
                    List.of(files.get("train.bin")),
                    files.get("test.bin"),
                    file -> images(file, classes.size(), 2, listed)));
        }
        return Optional.empty();
    }

    private static List<String> lines(FileEntry file) throws IOException {
        return new String(file.read(1 << 20), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static List<LabelledImage> images(FileEntry file, int classes, int labelBytes, ListedImages listed)
            throws IOException {
        int row = labelBytes + PIXEL_BYTES;
        if (file.size() == 0 || file.size() % row != 0) {
            throw new IOException(file.path() + ": " + file.size() + " bytes; expected: a multiple of " + row);
        }
        listed.add(file.size() / row);
        int count = Math.toIntExact(file.size() / row);
        RawImages raw = new RawFile(
                file, file.content(), new Layout(SHAPE, count, 0, labelBytes, RawFile.Order.CHANNELS_FIRST));
        List<LabelledImage> images = new ArrayList<>(count);
        try (InputStream in = new BufferedInputStream(file.open(), 1 << 16)) {
            for (int i = 0; i < count; i++) {
                byte[] bytes = in.readNBytes(row);
                if (bytes.length < row) {
                    throw new EOFException(file.path() + ": cut off at image " + i);
                }
                int label = bytes[labelBytes - 1] & 0xFF;
                if (label >= classes) {
                    throw new IOException(
                            file.path() + ": label " + label + " of image " + i + "; expected: 0 to " + (classes - 1));
                }
                images.add(new Raw(raw, i, label));
            }
        }
        return images;
    }
}
