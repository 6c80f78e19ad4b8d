package kshot.data.files;

import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The files and folders that have been found in a folder or an archive. */
final class TreeContents {
    private static final int DEEPEST = 64;

    /** The character that stands for bytes that are no text. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final int LONGEST_NAME = 4096;

    /** Names, in lower case, of what operating systems and network disks leave beside a user's files. */
    private static final Set<String> OF_SYSTEM = Set.of(
            "__macosx",
            "@eadir",
            "@recycle",
            "#recycle",
            "#snapshot",
            "$recycle.bin",
            "system volume information",
            "lost+found",
            "thumbs.db",
            "ehthumbs.db",
            "desktop.ini",
            "__pycache__");

    private final List<FileEntry> files = new ArrayList<>();
    private final SortedSet<String> folders = new TreeSet<>();
    private final Set<String> ofSystem = new LinkedHashSet<>();
    private final List<LeftOut> leftOut = new ArrayList<>();
    private final PathBudget budget = new PathBudget();
    private final long limit;
    private long bytes;

    /** Creates an empty list of files that may have {@code limit} bytes together. */
    TreeContents(long limit) {
        this.limit = limit;
    }

    /** Adds a folder. */
    void addFolder(String name) throws IOException {
        add(name, true, 0, () -> InputStream.nullInputStream(), null);
    }

    /** Adds a file under a name. */
    void addFile(String name, FileEntry file) throws IOException {
        add(name, false, file.size(), file.content(), file.place());
    }

    void add(String name, boolean folder, long size, FileEntry.Content content, @Nullable Place place)
            throws IOException {
        if (size < 0 || name.length() > LONGEST_NAME) {
            throw new IOException("an entry of " + size + " bytes with a name of " + name.length()
                    + " characters; allowed: up to " + LONGEST_NAME + " characters");
        }
        String path = normalized(name);
        if (path.isEmpty() || isOfSystem(path)) {
            return;
        }
        if (!folder) {
            files.add(new FileEntry(path, size, content, place));
            budget.add(path);
            Archives.requireUnpackable(size, limit - bytes);
            bytes += size;
        }
        int end = folder ? path.length() : path.lastIndexOf('/');
        requireText(path.substring(0, Math.max(0, end)));
        for (; end > 0 && folders.add(path.substring(0, end)); end = path.lastIndexOf('/', end - 1)) {
            budget.add(path.substring(0, end));
        }
    }

    /** Refuses the name of a folder that could not be read as text: two classes might become one. */
    private static void requireText(String folder) throws IOException {
        if (folder.indexOf(REPLACEMENT) >= 0) {
            throw new IOException("the name of the folder '" + folder
                    + "' has bytes that are no text; rename it, or, if it is" + " no archive's, set LC_ALL=C.UTF-8");
        }
    }

    /** Returns a path with {@code /} between its parts, whose accents are part of their letters, as macOS does not have them. */
    static String normalized(String name) throws IOException {
        String path = Normalizer.normalize(name, Normalizer.Form.NFC).replace('\\', '/');
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

    /** Notes the outermost part of a path that is hidden or of the operating system, if one is. */
    private boolean isOfSystem(String path) throws IOException {
        int start = 0;
        for (String part : path.split("/", -1)) {
            int end = start + part.length();
            if (isOfSystemName(part)) {
                if (ofSystem.add(path.substring(0, end))) {
                    budget.add(path.substring(0, end));
                }
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    /** Returns whether a file or folder is hidden or of the operating system, by its name. */
    static boolean isOfSystemName(String name) {
        return name.startsWith(".") || OF_SYSTEM.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Notes something that is not used. */
    void leaveOut(String path, LeftOut.Reason reason, String detail) throws IOException {
        leftOut.add(new LeftOut(path, reason, detail));
        budget.add(path);
    }

    /** Returns what is not used. */
    List<LeftOut> leftOut() {
        List<LeftOut> all = new ArrayList<>(leftOut);
        ofSystem.forEach(path -> all.add(new LeftOut(path, LeftOut.Reason.SYSTEM)));
        return all;
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
