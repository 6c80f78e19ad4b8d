package kshot.data.raw;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.source.ImageSource;
import kshot.data.source.LabelledImage;

/**
 * A reader of ImageNet-16-120 of NAS-Bench-201 (Dong and Yang, ICLR 2020): the pickled batches of downsampled ImageNet
 * (Chrabaszcz et al., 2017, arXiv:1707.08819), whose labels start at 1. The first 120 classes are kept. The classes are
 * named by their labels.
 */
public final class ImageNet16 {
    private static final int CLASSES = 120;

    private ImageNet16() {}

    /**
     * Reads the files of a data set; nothing if they are others.
     *
     * @throws IOException if one is damaged
     */
    public static Optional<ImageSource> read(FileTree tree) throws IOException {
        Map<String, FileEntry> files = BatchFiles.rootFiles(tree);
        List<FileEntry> train = BatchFiles.numbered(files, "train_data_batch_", "");
        if (train.isEmpty()) {
            return Optional.empty();
        }
        List<String> notes = new ArrayList<>();
        ListedImages listed = new ListedImages();
        List<LabelledImage> trainImages = images(train, "training", notes, listed);
        FileEntry val = files.get("val_data");
        List<LabelledImage> testImages = val == null ? List.of() : images(List.of(val), "test", notes, listed);
        List<String> classes =
                IntStream.rangeClosed(1, CLASSES).mapToObj(Integer::toString).toList();
        return Optional.of(new ImageSource("ImageNet-16-120 batches", classes, trainImages, testImages, true, notes));
    }

    private static List<LabelledImage> images(
            List<FileEntry> files, String part, List<String> notes, ListedImages listed) throws IOException {
        List<LabelledImage> kept = new ArrayList<>();
        long all = 0;
        for (FileEntry file : files) {
            PickledBatch batch = PickledBatch.read(file, "labels");
            all += batch.labels().length;
            kept.addAll(batch.images(1, CLASSES, listed));
        }
        if (kept.size() < all) {
            notes.add(kept.size() + " of " + all + " " + part + " images have a label from 1 to " + CLASSES
                    + " and were kept.");
        }
        return kept;
    }
}
