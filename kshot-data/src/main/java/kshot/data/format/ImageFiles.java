package kshot.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.files.LeftOut;
import kshot.data.files.LeftOut.Reason;
import kshot.data.image.ImageFormat;

/** Helpers for data sets that come as image files. */
final class ImageFiles {
    private ImageFiles() {}

    /** Returns the image files of a tree, sorted by path. */
    static List<FileEntry> in(FileTree tree) throws IOException {
        return among(tree.files());
    }

    /** Returns those of some files that are images, in their order. */
    static List<FileEntry> among(List<FileEntry> files) throws IOException {
        List<FileEntry> images = new ArrayList<>();
        for (FileEntry file : files) {
            if (ImageFormat.isImage(file)) {
                images.add(file);
            }
        }
        return images;
    }

    /** Returns those of sorted files that are in a folder, at any depth. */
    static List<FileEntry> below(List<FileEntry> files, String folder) {
        return files.subList(firstFrom(files, folder + "/"), firstFrom(files, folder + "0")); // '0' follows '/'
    }

    /** Returns the index of the first file whose path is not before {@code path}. */
    private static int firstFrom(List<FileEntry> files, String path) {
        int low = 0;
        int high = files.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (files.get(middle).path().compareTo(path) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Returns all files that are not used.
     *
     * @param used the paths of files that are used, or whose leaving out is already said
     * @param reason why images are not used
     */
    static List<LeftOut> unused(FileTree tree, List<FileEntry> images, Set<String> used, Reason reason) {
        Set<String> imagePaths = new HashSet<>();
        images.forEach(file -> imagePaths.add(file.path()));
        List<LeftOut> unused = new ArrayList<>(tree.leftOut());
        tree.files().stream()
                .map(FileEntry::path)
                .filter(path -> !used.contains(path))
                .forEach(path -> unused.add(new LeftOut(path, imagePaths.contains(path) ? reason : Reason.NO_IMAGE)));
        return unused;
    }
}
