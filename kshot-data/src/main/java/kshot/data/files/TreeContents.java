package kshot.data.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import kshot.common.Heap;

/** The files and folders that have been found in a folder or an archive. */
final class TreeContents {
    private static final int DEEPEST = 64;
    private static final int LONGEST_NAME = 4096;
    private static final long BYTES_PER_PATH = 256; // of memory, besides its characters
    private static final double SHARE_FOR_PATHS = 0.25; // of the heap

    private final List<FileEntry> files = new ArrayList<>();
    private final SortedSet<String> folders = new TreeSet<>();
    private final long limit;
    private long bytes;
    private long held;

    /** Creates an empty list of files that may have {@code limit} bytes together. */
    TreeContents(long limit) {
        this.limit = limit;
    }

    void add(String name, boolean folder, long size, FileEntry.Content content) throws IOException {
        if (size < 0 || name.length() > LONGEST_NAME) {
            throw new IOException("an entry of " + size + " bytes with a name of " + name.length()
                    + " characters; allowed: up to " + LONGEST_NAME + " characters");
        }
        String path = normalized(name);
        if (path.isEmpty() || isHidden(path)) {
            return;
        }
        if (!folder) {
            files.add(new FileEntry(path, size, content));
            hold(path);
            FileTree.requireUnpackable(size, limit - bytes);
            bytes += size;
        }
        int end = folder ? path.length() : path.lastIndexOf('/');
        for (; end > 0 && folders.add(path.substring(0, end)); end = path.lastIndexOf('/', end - 1)) {
            hold(path.substring(0, end));
        }
    }

    private void hold(String path) throws IOException {
        held += BYTES_PER_PATH + 2L * path.length();
        if (held > Heap.share(SHARE_FOR_PATHS)) {
            throw new IOException("the list of its files " + Heap.lack(held, Heap.share(SHARE_FOR_PATHS)));
        }
    }

    private static String normalized(String name) throws IOException {
        String path = name.replace('\\', '/');
        List<String> parts = new ArrayList<>(List.of(path.split("/", -1)));
        if (path.startsWith("/") || parts.contains("..")) {
            throw new IOException("the name '" + name + "' leads out of the archive");
        }
        parts.removeIf(part -> part.isEmpty() || part.equals("."));
        if (parts.size() > DEEPEST) {
            throw new IOException(
                    "the name '" + name + "' is " + parts.size() + " folders deep; allowed: up to " + DEEPEST);
        }
        return String.join("/", parts);
    }

    private static boolean isHidden(String path) {
        for (String part : path.split("/", -1)) {
            if (part.startsWith(".") || part.equals("__MACOSX")) {
                return true;
            }
        }
        return false;
    }

    /** Returns the files, in the order in which they were found. */
    List<FileEntry> files() {
        return files;
    }

    /** Returns the paths of the folders, sorted. */
    SortedSet<String> folders() {
        return folders;
    }
}
