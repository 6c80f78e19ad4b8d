package kshot.data.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The files below a folder or inside an archive, sorted by path. Hidden files ({@code .name}) and what operating systems
 * leave beside a user's files, such as {@code __MACOSX}, {@code @eaDir} and {@code Thumbs.db}, are left out. A single folder around everything is left out of the paths.
 *
 * <p>No file of an archive is ever written to disk under its name in the archive, so such names can do no harm; a name
 * that leads out of the archive is an error all the same. A compressed tar is unpacked to one temporary file, because
 * it can only be read in order.
 */
public final class FileTree implements Closeable {
    /** The names of the folders that hold the splits of a data set. */
    public static final List<String> SPLITS = List.of("train", "val", "valid", "validation", "test");

    private static final String TAR = ".tar";

    /** Tar archives inside of each other that are opened: ImageNet's is a tar of tars. */
    private static final int DEEPEST_TAR = 2;

    private final String kind;
    private final List<FileEntry> files;
    private final SortedSet<String> folders;
    private final List<LeftOut> leftOut;
    private final Closeable resource;

    private FileTree(
            String kind, List<FileEntry> files, SortedSet<String> folders, List<LeftOut> leftOut, Closeable resource) {
        this.kind = kind;
        this.files =
                files.stream().sorted(Comparator.comparing(FileEntry::path)).toList();
        this.folders = folders;
        this.leftOut = List.copyOf(leftOut);
        this.resource = resource;
    }

    /** Returns a tree of files that are given, for example the files of a resource. */
    public static FileTree of(String kind, List<FileEntry> files) {
        return new FileTree(kind, files, new TreeSet<>(), List.of(), () -> {});
    }

    /** Returns a tree of what was found. */
    static FileTree of(String kind, TreeContents contents, Closeable resource) {
        return new FileTree(kind, contents.files(), contents.folders(), contents.leftOut(), resource);
    }

    /**
     * Opens a folder or an archive, whose format is recognised by its first bytes.
     *
     * @throws IOException if it cannot be read or is neither
     */
    public static FileTree open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return folder(path).withoutCommonFolder();
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("neither a folder nor a file");
        }
        return Archives.open(path)
                .orElseThrow(() -> new IOException("neither a folder nor a " + Archives.READ))
                .withoutCommonFolder();
    }

    /**
     * Opens a folder, an archive, or a file of any other kind, which is then the only one of its tree. Each path begins with the
     * path that is given, and no folder is left out.
     *
     * @throws IOException if it cannot be read
     */
    public static FileTree openAny(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return folder(path).below(path + "/");
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("neither a folder nor a file");
        }
        Optional<FileTree> archive = Archives.open(path);
        return archive.isPresent()
                ? archive.get().below(path + "/")
                : of(
                        "file",
                        List.of(new FileEntry(path.toString(), Files.size(path), () -> Files.newInputStream(path))));
    }

    private FileTree below(String prefix) {
        List<FileEntry> moved =
                files.stream().map(file -> file.withPath(prefix + file.path())).toList();
        return new FileTree(kind, moved, new TreeSet<>(), leftOut, resource);
    }

    /**
     * Hands over lines of a text that changes whenever an archive, or a file below a folder, changes its size or time. There is a
     * line for each file, so the text may be long.
     */
    public static void signature(Path path, Consumer<String> lines) throws IOException {
        walk(
                path,
                (file, attributes) -> lines.accept(file + "\t" + attributes.size() + "\t"
                        + attributes.lastModifiedTime().toMillis() + "\n"));
    }

    private static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    private static FileTree folder(Path root) throws IOException {
        TreeContents contents = new TreeContents(Long.MAX_VALUE);
        walk(root, (file, attributes) -> {
            boolean folder = attributes.isDirectory();
            String path = root.relativize(file).toString();
            if (folder || attributes.isRegularFile()) {
                long size = folder ? 0 : attributes.size();
                contents.add(path, folder, size, () -> Files.newInputStream(file), Place.of(file, size));
            } else {
                contents.leaveOut(
                        path, attributes.isSymbolicLink() ? LeftOut.Reason.LINK : LeftOut.Reason.NO_IMAGE, "");
            }
        });
        return of("folder", contents, () -> {});
    }

    @FunctionalInterface
    private interface Visitor {
        void visit(Path path, BasicFileAttributes attributes) throws IOException;
    }

    /** Visits a file or everything below a folder; links are followed, and one that leads back is an error. */
    private static void walk(Path root, Visitor visitor) throws IOException {
        Files.walkFileTree(
                root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                            throws IOException {
                        visitor.visit(folder, attributes);
                        // What is below a hidden folder would only be left out file by file.
                        return !folder.equals(root) && TreeContents.isOfSystemName(name(folder))
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        visitor.visit(file, attributes);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Returns the tree without the folders that contain everything else, unless such a folder is a split. */
    private FileTree withoutCommonFolder() {
        String common = commonFolder();
        return common.isEmpty() || SPLITS.contains(common.toLowerCase(Locale.ROOT))
                ? this
                : without(common).withoutCommonFolder();
    }

    /** Returns the tree without a folder that contains everything else; or this one, if there is no name of a folder. */
    private FileTree without(String common) {
        if (common.isEmpty()) {
            return this;
        }
        int skip = common.length() + 1;
        SortedSet<String> inner = new TreeSet<>();
        for (String folder : folders) {
            if (folder.length() > skip) {
                inner.add(folder.substring(skip));
            }
        }
        List<FileEntry> moved = files.stream()
                .map(file -> file.withPath(file.path().substring(skip)))
                .toList();
        List<LeftOut> movedOut = leftOut.stream()
                .map(left -> left.path().startsWith(common + "/")
                        ? new LeftOut(left.path().substring(skip), left.reason(), left.detail())
                        : left)
                .toList();
        return new FileTree(kind, moved, inner, movedOut, resource);
    }

    private String commonFolder() {
        List<String> roots =
                folders.stream().filter(folder -> !folder.contains("/")).toList();
        boolean allInside = files.stream().allMatch(file -> file.path().contains("/"));
        return roots.size() == 1 && allInside ? roots.get(0) : "";
    }

    /**
     * Lists an archive that is one of the files of a tree; a tar archive inside of another one is listed where it lies.
     *
     * @throws IOException if it is damaged, no archive, or inside of a compressed archive
     */
    public static FileTree inside(FileEntry archive) throws IOException {
        return Archives.inside(archive);
    }

    /** Returns whether a file is a tar archive by its name. */
    public static boolean isTar(FileEntry file) {
        return file.name().toLowerCase(Locale.ROOT).endsWith(TAR);
    }

    /**
     * Returns a tree in which some tar archives are folders: each has the name of the archive without its extension, and in it
     * are the files of the archive, without a single folder around them. Archives inside of those are folders, too. This tree still has to be closed.
     *
     * @throws IOException if an archive is damaged
     */
    public FileTree withTarsAsFolders(Predicate<FileEntry> which) throws IOException {
        TreeContents contents = new TreeContents(Long.MAX_VALUE);
        for (String folder : folders) {
            contents.addFolder(folder);
        }
        for (FileEntry file : files) {
            if (isTar(file) && which.test(file)) {
                addTar(contents, file, DEEPEST_TAR);
            } else {
                contents.addFile(file.path(), file);
            }
        }
        List<LeftOut> all = new ArrayList<>(leftOut);
        all.addAll(contents.leftOut());
        return new FileTree(kind, contents.files(), contents.folders(), all, resource);
    }

    private static void addTar(TreeContents contents, FileEntry tar, int deepest) throws IOException {
        String folder = tar.path().substring(0, tar.path().length() - TAR.length());
        contents.addFolder(folder);
        try (FileTree archive = inside(tar)) {
            // People pack the folder train into train.tar.
            FileTree inside = archive.without(archive.commonFolder());
            for (String name : inside.folders) {
                contents.addFolder(folder + "/" + name);
            }
            for (FileEntry file : inside.files) {
                FileEntry below = file.withPath(folder + "/" + file.path());
                if (isTar(file) && deepest > 1) {
                    addTar(contents, below, deepest - 1);
                } else {
                    contents.addFile(below.path(), below);
                }
            }
            for (LeftOut left : inside.leftOut) {
                contents.leaveOut(folder + "/" + left.path(), left.reason(), left.detail());
            }
        }
    }

    /** Returns this tree with other files in place of its own. It still has to be closed. */
    public FileTree withFiles(List<FileEntry> newFiles) throws IOException {
        TreeContents contents = new TreeContents(Long.MAX_VALUE);
        for (String folder : folders) {
            contents.addFolder(folder);
        }
        for (FileEntry file : newFiles) {
            contents.addFile(file.path(), file);
        }
        return new FileTree(kind, contents.files(), contents.folders(), leftOut, resource);
    }

    /** Returns the kind of the tree, for example "folder" or "zip archive". */
    public String kind() {
        return kind;
    }

    /** Returns all files, sorted by path. */
    public List<FileEntry> files() {
        return files;
    }

    /** Returns what of the folder or archive is in no list of this tree, and why. */
    public List<LeftOut> leftOut() {
        return leftOut;
    }

    /** Returns the sorted names of the folders directly below {@code folder}, or below the root if it is empty. */
    public List<String> foldersIn(String folder) {
        String prefix = folder.isEmpty() ? "" : folder + "/";
        return folders.stream()
                .filter(path -> path.startsWith(prefix) && path.length() > prefix.length())
                .map(path -> path.substring(prefix.length()))
                .filter(name -> !name.contains("/"))
                .toList();
    }

    /** Returns the files directly at the root, sorted by path. */
    public List<FileEntry> rootFiles() {
        return files.stream().filter(file -> !file.path().contains("/")).toList();
    }

    /** Closes the archive and removes the unpacked file. */
    @Override
    public void close() throws IOException {
        resource.close();
    }
}
