package kshot.data.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;

/**
 * The names of the classes of WebDataset shards, by the labels that the training images have.
 *
 * @param names the names in the order of the labels
 * @param indices the index of each label
 * @param areOnlyNumbers whether the names are the labels, and those are numbers
 */
record ClassNames(List<String> names, Map<String, Integer> indices, boolean areOnlyNumbers) {
    private static final Set<String> FILES = Set.of("classnames.txt", "classes.txt");
    private static final int LARGEST_FILE = 1 << 20;

    ClassNames {
        names = List.copyOf(names);
        indices = Collections.unmodifiableMap(new HashMap<>(indices));
    }

    /** Returns whether a file has names of classes. */
    static boolean isFile(FileEntry file) {
        return FILES.contains(file.path());
    }

    /**
     * Names the classes.
     *
     * @param labels the labels that occur, without repetitions
     * @param tree the files beside the shards
     * @throws IOException if there are fewer than two, or a number has no name
     */
    static ClassNames of(Collection<String> labels, FileTree tree) throws IOException {
        if (labels.size() < 2) {
            throw new IOException(labels.size() + " different label: " + labels + "; needed: at least 2");
        }
        boolean numbers = labels.stream().allMatch(label -> label.matches("\\d{1,9}"));
        Comparator<String> order =
                numbers ? Comparator.comparingInt(label -> Integer.parseInt(label)) : Comparator.naturalOrder();
        List<String> sorted = labels.stream().sorted(order).toList();
        Map<String, Integer> indices = new HashMap<>();
        sorted.forEach(label -> indices.put(label, indices.size()));
        Optional<FileEntry> file =
                tree.rootFiles().stream().filter(ClassNames::isFile).findFirst();
        if (!numbers || file.isEmpty()) {
            return new ClassNames(sorted, indices, numbers);
        }
        List<String> lines = new String(file.get().read(LARGEST_FILE), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .toList();
        int last = Integer.parseInt(sorted.get(sorted.size() - 1));
        if (lines.size() <= last) {
            throw new IOException(
                    file.get().path() + ": " + lines.size() + " class names; the labels reach to " + last);
        }
        return new ClassNames(
                sorted.stream().map(label -> lines.get(Integer.parseInt(label))).toList(), indices, false);
    }

    /**
     * Returns the index of a label.
     *
     * @throws IOException if no training image has it
     */
    int index(String label, FileEntry image) throws IOException {
        Integer index = indices.get(label);
        if (index == null) {
            throw new IOException(image.path() + ": label '" + label + "' does not occur in the training images");
        }
        return index;
    }
}
