package kshot.data.raw;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.source.ImageSource;
import kshot.data.source.LabelledImage;
import org.jspecify.annotations.Nullable;

/** Helpers for data sets that come as numbered batch files: the code that the two forms of CIFAR share. */
final class BatchFiles {
    private static final int MOST = 1000;

    private BatchFiles() {}

    /** A function that reads one file. */
    @FunctionalInterface
    interface Reader<T> {
        List<T> read(FileEntry file) throws IOException;
    }

    /** Returns the files directly at the root, by name. */
    static Map<String, FileEntry> rootFiles(FileTree tree) {
        return tree.rootFiles().stream().collect(Collectors.toMap(FileEntry::name, Function.identity(), (a, b) -> a));
    }

    /** Returns the files named prefix, number from 1 on, suffix, in the order of the numbers. */
    static List<FileEntry> numbered(Map<String, FileEntry> files, String prefix, String suffix) {
        return IntStream.rangeClosed(1, MOST)
                .boxed()
                .flatMap(i -> Stream.ofNullable(files.get(prefix + i + suffix)))
                .toList();
    }

    /**
     * Returns the names of the classes from a file of names, or their numbers from 0 on where there is no such file.
     */
    static List<String> classNames(@Nullable FileEntry file, int classes, Reader<String> reader) throws IOException {
        if (file == null) {
            return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        }
        List<String> names = reader.read(file);
        if (names.size() != classes) {
            throw new IOException(file.path() + ": " + names.size() + " class names; expected: " + classes);
        }
        return names;
    }

    /**
     * Creates the source of a data set: the images of several files for training and those of one file, or none, for
     * the test.
     */
    static ImageSource source(
            String format,
            List<String> classes,
            List<FileEntry> train,
            @Nullable FileEntry test,
            Reader<LabelledImage> reader)
            throws IOException {
        List<LabelledImage> trainImages = new ArrayList<>();
        for (FileEntry file : train) {
            trainImages.addAll(reader.read(file));
        }
        List<LabelledImage> testImages = test == null ? List.of() : reader.read(test);
        return new ImageSource(format, classes, trainImages, testImages, true, List.of());
    }
}
