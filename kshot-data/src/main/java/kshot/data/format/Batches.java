package kshot.data.format;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;

/** Files that come as numbered batches. */
final class Batches {
    private static final int MOST = 1000;

    private Batches() {}

    /** The files right at the root, by name. */
    static Map<String, FileEntry> rootFiles(FileTree tree) {
        return tree.rootFiles().stream().collect(Collectors.toMap(FileEntry::name, Function.identity(), (a, b) -> a));
    }

    /** Files named prefix, number from 1 on, suffix; in the order of the numbers. */
    static List<FileEntry> numbered(Map<String, FileEntry> files, String prefix, String suffix) {
        return IntStream.rangeClosed(1, MOST)
                .boxed()
                .flatMap(i -> Stream.ofNullable(files.get(prefix + i + suffix)))
                .toList();
    }
}
