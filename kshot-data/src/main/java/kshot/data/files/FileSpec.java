package kshot.data.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that a user names: a folder, an archive, or a pattern for the shards of a data set. All of them are there when it is made.
 *
 * @param folder the folder or archive; for a pattern the innermost folder that has all of its files
 * @param shards the files that a pattern stands for; empty if there is none
 */
public record FileSpec(Path folder, List<Path> shards) {
    /** Names of files beside the shards that belong to them. */
    private static final List<String> BESIDE = List.of("classnames.txt", "classes.txt");

    public FileSpec {
        shards = List.copyOf(shards);
    }

    /**
     * Finds the files; empty if there is no such file or folder.
     *
     * @throws IOException if the text is no path, or a file of a pattern is not there
     */
    public static Optional<FileSpec> of(String text) throws IOException {
        try {
            Path path = Path.of(text).toAbsolutePath().normalize();
            if (!text.isBlank() && Files.exists(path)) {
                return Optional.of(new FileSpec(path, List.of()));
            }
            return BracePattern.isPattern(text) ? Optional.of(ofPattern(text)) : Optional.empty();
        } catch (InvalidPathException e) {
            throw new IOException("not a path: " + e.getReason(), e);
        }
    }

    private static FileSpec ofPattern(String text) throws IOException {
        List<Path> shards = new ArrayList<>();
        for (String name : BracePattern.expand(text)) {
            Path shard = Path.of(name).toAbsolutePath().normalize();
            if (!Files.isRegularFile(shard)) {
                throw new IOException("no such file: " + shard);
            }
            shards.add(shard);
        }
        Path folder = shards.get(0).getParent();
        for (Path shard : shards) {
            while (folder != null && !shard.startsWith(folder)) {
                folder = folder.getParent();
            }
        }
        if (folder == null) {
            throw new IOException("no folder has all files of the pattern");
        }
        return new FileSpec(folder, shards);
    }

    /** Opens the files. */
    public FileTree open() throws IOException {
        if (shards.isEmpty()) {
            return FileTree.open(folder);
        }
        List<FileEntry> files = new ArrayList<>();
        for (Path file : files()) {
            long size = Files.size(file);
            files.add(new FileEntry(
                    TreeContents.normalized(folder.relativize(file).toString()),
                    size,
                    () -> Files.newInputStream(file),
                    Place.of(file, size)));
        }
        return FileTree.of("list of files", files);
    }

    /** Returns the paths that stand for all of the data: the folder, or each shard with what belongs to them. */
    public List<Path> files() {
        if (shards.isEmpty()) {
            return List.of(folder);
        }
        List<Path> files = new ArrayList<>(shards);
        BESIDE.stream().map(folder::resolve).filter(Files::isRegularFile).forEach(files::add);
        return files;
    }
}
