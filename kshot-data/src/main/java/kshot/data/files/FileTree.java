package kshot.data.files;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The files below a folder or inside a zip, tar or tar.gz archive, sorted by path. Hidden files ({@code .name}) and the
 * {@code __MACOSX} folders of macOS archives are left out. A single folder around everything is left out of the paths.
 *
 * <p>No file of an archive is ever written to disk under its name in the archive, so such names can do no harm; a name
 * that leads out of the archive is an error all the same. A tar.gz is unpacked to one temporary file, because it can
 * only be read in order.
 */
public final class FileTree implements Closeable {
    /** The names of the folders that hold the splits of a data set. */
    public static final List<String> SPLITS = List.of("train", "val", "valid", "validation", "test");

    private static final long SMALLEST_UNPACK_LIMIT = 256L << 20;
    private static final int LARGEST_RATIO = 50;

    private final String kind;
    private final List<FileEntry> files;
    private final SortedSet<String> folders;
    private final Closeable resource;

    private FileTree(String kind, List<FileEntry> files, SortedSet<String> folders, Closeable resource) {
        this.kind = kind;
        this.files =
                files.stream().sorted(Comparator.comparing(FileEntry::path)).toList();
        this.folders = folders;
        this.resource = resource;
    }

    /** Returns a tree of files that are given, for example the files of a resource. */
    public static FileTree of(String kind, List<FileEntry> files) {
        return new FileTree(kind, files, new TreeSet<>(), () -> {});
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
        return archive(path)
                .orElseThrow(() -> new IOException("neither a folder nor a zip, tar or tar.gz archive"))
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
        Optional<FileTree> archive = archive(path);
        return archive.isPresent()
                ? archive.get().below(path + "/")
                : of(
                        "file",
                        List.of(new FileEntry(path.toString(), Files.size(path), () -> Files.newInputStream(path))));
    }

    /** Returns empty for a file that is no archive. */
    private static Optional<FileTree> archive(Path path) throws IOException {
        byte[] start = new byte[512];
        try (InputStream in = Files.newInputStream(path)) {
            in.readNBytes(start, 0, start.length);
        }
        try {
            if (start[0] == 'P' && start[1] == 'K') {
                return Optional.of(zip(path));
            }
            if ((start[0] & 0xFF) == 0x1F && (start[1] & 0xFF) == 0x8B) {
                return Optional.of(tarGz(path));
            }
            return TarReader.isTar(start) ? Optional.of(tar("tar archive", path, () -> {})) : Optional.empty();
        } catch (RuntimeException e) {
            // The readers of archives throw these for some damaged archives.
            throw new IOException("damaged archive: " + e, e);
        }
    }

    private FileTree below(String prefix) {
        List<FileEntry> moved =
                files.stream().map(file -> file.withPath(prefix + file.path())).toList();
        return new FileTree(kind, moved, new TreeSet<>(), resource);
    }

    /** Returns a text that changes whenever an archive, or a file below a folder, changes its size or time. */
    public static String signature(Path path) throws IOException {
        StringBuilder text = new StringBuilder();
        walk(
                path,
                (file, attributes) -> text.append(file)
                        .append('\t')
                        .append(attributes.size())
                        .append('\t')
                        .append(attributes.lastModifiedTime().toMillis())
                        .append('\n'));
        return text.toString();
    }

    private static FileTree folder(Path root) throws IOException {
        TreeContents contents = new TreeContents(Long.MAX_VALUE);
        walk(root, (file, attributes) -> {
            boolean folder = attributes.isDirectory();
            if (folder || attributes.isRegularFile()) {
                String path = root.relativize(file).toString();
                contents.add(path, folder, folder ? 0 : attributes.size(), () -> Files.newInputStream(file));
            }
        });
        return new FileTree("folder", contents.files(), contents.folders(), () -> {});
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
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        visitor.visit(file, attributes);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static FileTree zip(Path path) throws IOException {
        ZipFile zip = new ZipFile(path.toFile());
        try {
            TreeContents contents = new TreeContents(unpackLimit(path));
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                contents.add(entry.getName(), entry.isDirectory(), entry.getSize(), () -> zip.getInputStream(entry));
            }
            return new FileTree("zip archive", contents.files(), contents.folders(), zip);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static FileTree tarGz(Path path) throws IOException {
        Path unpacked = Files.createTempFile("kshot-", ".tar");
        try {
            gunzip(path, unpacked, unpackLimit(path));
            return tar("tar.gz archive", unpacked, () -> Files.deleteIfExists(unpacked));
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(unpacked);
            throw e;
        }
    }

    /**
     * Returns the most bytes that an archive may unpack to. Images are compressed already: honest archives are far
     * below.
     */
    private static long unpackLimit(Path archive) throws IOException {
        return Math.max(SMALLEST_UNPACK_LIMIT, LARGEST_RATIO * Files.size(archive));
    }

    static void requireUnpackable(long bytes, long limit) throws IOException {
        if (bytes > limit) {
            throw new IOException("unpacks to more than " + (SMALLEST_UNPACK_LIMIT >> 20) + " MiB and " + LARGEST_RATIO
                    + " times its size");
        }
    }

    private static void gunzip(Path from, Path to, long limit) throws IOException {
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(from)), 1 << 16);
                OutputStream out = Files.newOutputStream(to)) {
            byte[] buffer = new byte[1 << 16];
            long total = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
                requireUnpackable(total, limit);
                out.write(buffer, 0, n);
            }
        }
    }

    private static FileTree tar(String kind, Path path, Closeable afterwards) throws IOException {
        TreeContents contents = new TreeContents(unpackLimit(path));
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            TarReader.list(
                    channel,
                    (name, folder, size, offset) ->
                            contents.add(name, folder, size, () -> new ChannelSlice(channel, offset, size)));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return new FileTree(kind, contents.files(), contents.folders(), () -> {
            channel.close();
            afterwards.close();
        });
    }

    /** Returns the tree without the folders that contain everything else, unless such a folder is a split. */
    private FileTree withoutCommonFolder() {
        String common = commonFolder();
        if (common.isEmpty() || SPLITS.contains(common.toLowerCase(Locale.ROOT))) {
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
        return new FileTree(kind, moved, inner, resource).withoutCommonFolder();
    }

    private String commonFolder() {
        List<String> roots =
                folders.stream().filter(folder -> !folder.contains("/")).toList();
        boolean allInside = files.stream().allMatch(file -> file.path().contains("/"));
        return roots.size() == 1 && allInside ? roots.get(0) : "";
    }

    /** Returns the kind of the tree, for example "folder" or "zip archive". */
    public String kind() {
        return kind;
    }

    /** Returns all files, sorted by path. */
    public List<FileEntry> files() {
        return files;
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

    /** Returns the files below {@code folder} at any depth, sorted by path. */
    public List<FileEntry> filesBelow(String folder) {
        return files.subList(firstFrom(folder + "/"), firstFrom(folder + "0")); // '0' follows '/'
    }

    /** Returns the index of the first file whose path is not before {@code path}. */
    private int firstFrom(String path) {
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
