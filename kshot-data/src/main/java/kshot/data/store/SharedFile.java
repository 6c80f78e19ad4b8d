package kshot.data.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import kshot.common.WholeFile;

/**
 * A writer of files of the cache, each a {@link WholeFile}, which several processes may write at once and be killed while they do. The one
 * that is done first removes what the others have begun.
 */
public final class SharedFile {
    private SharedFile() {}

    /**
     * Writes a file.
     *
     * @param isWhole tells whether the file is there, as another process has written it
     * @throws IOException if it cannot be written and is not there
     */
    public static void write(Path file, WholeFile.Content content, BooleanSupplier isWhole) throws IOException {
        try {
            WholeFile.write(file, content);
        } catch (IOException e) {
            if (!isWhole.getAsBoolean()) {
                throw e;
            }
        }
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            removeUnfinished(directory, file.getFileName() + "-*.part");
        }
    }

    /** Removes all files of a directory that have been begun. Those who write them must find that the files are whole. */
    static void removeUnfinished(Path directory) throws IOException {
        removeUnfinished(directory, "*.part");
    }

    private static void removeUnfinished(Path directory, String names) throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(directory, names)) {
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
        }
    }
}
