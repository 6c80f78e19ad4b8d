package kshot.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import org.jspecify.annotations.Nullable;

/** CIFAR-10 and CIFAR-100, Python version: pickled batches (Krizhevsky, 2009). Of CIFAR-100 the fine labels count. */
final class CifarPython {
    private CifarPython() {}

    static Optional<ImageSource> read(FileTree tree) throws IOException {
        Map<String, FileEntry> files = Batches.rootFiles(tree);
        List<FileEntry> train = Batches.numbered(files, "data_batch_", "");
        if (!train.isEmpty()) {
            List<String> classes = names(files.get("batches.meta"), "label_names", 10);
            return Optional.of(source("CIFAR-10", train, files.get("test_batch"), classes, "labels"));
        }
        if (files.containsKey("train") && files.containsKey("meta")) {
            List<String> classes = names(files.get("meta"), "fine_label_names", 100);
            return Optional.of(
                    source("CIFAR-100", List.of(files.get("train")), files.get("test"), classes, "fine_labels"));
        }
        return Optional.empty();
    }

    private static List<String> names(@Nullable FileEntry file, String key, int classes) throws IOException {
        if (file == null) {
            return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        }
        List<String> names = PickledBatch.names(file, key);
        if (names.size() != classes) {
            throw new IOException(file.path() + ": " + names.size() + " class names; expected: " + classes);
        }
        return names;
    }

    private static ImageSource source(
            String name, List<FileEntry> train, @Nullable FileEntry test, List<String> classes, String labelKey)
            throws IOException {
        List<LabelledImage> trainImages = new ArrayList<>();
        for (FileEntry file : train) {
            trainImages.addAll(images(file, labelKey, classes.size()));
        }
        List<LabelledImage> testImages = test == null ? List.of() : images(test, labelKey, classes.size());
        return new ImageSource(name + " Python batches", classes, trainImages, testImages, true, List.of());
    }

    private static List<LabelledImage> images(FileEntry file, String labelKey, int classes) throws IOException {
        PickledBatch batch = PickledBatch.read(file, labelKey);
        Optional<Integer> wrong = batch.labelOutside(0, classes - 1);
        if (wrong.isPresent()) {
            throw new IOException(file.path() + ": label " + wrong.get() + "; expected: 0 to " + (classes - 1));
        }
        return batch.images(0, classes - 1);
    }
}
