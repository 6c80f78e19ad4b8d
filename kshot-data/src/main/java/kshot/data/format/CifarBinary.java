package kshot.data.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.format.LabelledImage.Decoded;
import kshot.data.image.Pixels;
import kshot.network.FeatureShape;
import org.jspecify.annotations.Nullable;

/**
 * CIFAR-10 and CIFAR-100, binary version (Krizhevsky, "Learning multiple layers of features from tiny images", 2009): an
 * image is one byte of label (CIFAR-100: coarse, then fine; the fine one counts), then 1,024 bytes each of red, green and
 * blue, row by row.
 */
final class CifarBinary {
    private static final FeatureShape SHAPE = new FeatureShape(3, 32, 32);
    private static final int PIXEL_BYTES = 3072;

    private CifarBinary() {}

    static Optional<ImageSource> read(FileTree tree) throws IOException {
        Map<String, FileEntry> files = Batches.rootFiles(tree);
        List<FileEntry> train = Batches.numbered(files, "data_batch_", ".bin");
        if (!train.isEmpty()) {
            List<String> classes = names(files.get("batches.meta.txt"), 10);
            return Optional.of(source("CIFAR-10", train, files.get("test_batch.bin"), classes, 1));
        }
        if (files.containsKey("train.bin")) {
            List<String> classes = names(files.get("fine_label_names.txt"), 100);
            return Optional.of(source("CIFAR-100", List.of(files.get("train.bin")), files.get("test.bin"), classes, 2));
        }
        return Optional.empty();
    }

    private static ImageSource source(
            String name, List<FileEntry> train, @Nullable FileEntry test, List<String> classes, int labelBytes)
            throws IOException {
        List<LabelledImage> trainImages = new ArrayList<>();
        for (FileEntry file : train) {
            trainImages.addAll(images(file, classes.size(), labelBytes));
        }
        List<LabelledImage> testImages = test == null ? List.of() : images(test, classes.size(), labelBytes);
        return new ImageSource(name + " binary batches", classes, trainImages, testImages, true, List.of());
    }

    private static List<String> names(@Nullable FileEntry file, int classes) throws IOException {
        if (file == null) {
            return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        }
        List<String> names = new String(file.read(1 << 20), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (names.size() != classes) {
            throw new IOException(file.path() + ": " + names.size() + " class names; expected: " + classes);
        }
        return names;
    }

    private static List<LabelledImage> images(FileEntry file, int classes, int labelBytes) throws IOException {
        int row = labelBytes + PIXEL_BYTES;
        if (file.size() == 0 || file.size() % row != 0) {
            throw new IOException(file.path() + ": " + file.size() + " bytes; expected: a multiple of " + row);
        }
        List<LabelledImage> images = new ArrayList<>();
        try (InputStream in = file.open()) {
            for (long i = 0; i < file.size() / row; i++) {
                byte[] bytes = in.readNBytes(row);
                if (bytes.length < row) {
                    throw new EOFException(file.path() + ": cut off at image " + i);
                }
                int label = bytes[labelBytes - 1] & 0xFF;
                if (label >= classes) {
                    throw new IOException(
                            file.path() + ": label " + label + " of image " + i + "; expected: 0 to " + (classes - 1));
                }
                images.add(new Decoded(file.path() + " " + i, Pixels.ofPlanes(SHAPE, bytes, labelBytes), label));
            }
        }
        return images;
    }
}
