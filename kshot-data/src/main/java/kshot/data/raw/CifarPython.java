package kshot.data.raw;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.source.ImageSource;
import kshot.data.source.LabelledImage;

/**
 * A reader of CIFAR-10 and CIFAR-100 in the Python version: pickled batches (Krizhevsky, 2009). CIFAR-100 is read with
 * its fine labels.
 */
public final class CifarPython {
    private CifarPython() {}

    /**
     * Reads the files of a data set; nothing if they are others.
     *
     * @throws IOException if one is damaged
     */
    public static Optional<ImageSource> read(FileTree tree) throws IOException {
        Map<String, FileEntry> files = BatchFiles.rootFiles(tree);
        List<FileEntry> train = BatchFiles.numbered(files, "data_batch_", "");
        ListedImages listed = new ListedImages();
        if (!train.isEmpty()) {
            List<String> classes = BatchFiles.classNames(
                    files.get("batches.meta"), 10, file -> PickledBatch.names(file, "label_names"));
            return Optional.of(BatchFiles.source(
                    "CIFAR-10 Python batches",
                    classes,
                    train,
                    files.get("test_batch"),
                    file -> images(file, "labels", classes.size(), listed)));
        }
        if (files.containsKey("train") && files.containsKey("meta")) {
            List<String> classes =
                    BatchFiles.classNames(files.get("meta"), 100, file -> PickledBatch.names(file, "fine_label_names"));
            return Optional.of(BatchFiles.source(
                    "CIFAR-100 Python batches",
                    classes,
                    List.of(files.get("train")),
                    files.get("test"),
                    file -> images(file, "fine_labels", classes.size(), listed)));
        }
        return Optional.empty();
    }

    private static List<LabelledImage> images(FileEntry file, String labelKey, int classes, ListedImages listed)
            throws IOException {
        PickledBatch batch = PickledBatch.read(file, labelKey);
        Optional<Integer> wrong = batch.labelOutside(0, classes - 1);
        if (wrong.isPresent()) {
            throw new IOException(file.path() + ": label " + wrong.get() + "; expected: 0 to " + (classes - 1));
        }
        return batch.images(0, classes - 1, listed);
    }
}
