package kshot.common;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Writes files that are whole or not there: beside their place, in a file of their own whose name ends in {@code .part},
 * synced and renamed. A reader sees the old file or the new one and never half of one, be it after a power cut or while
 * several write the same file. If the writing fails, the old file stays and nothing is left beside it.
 */
public final class WholeFile {
    private WholeFile() {}

    /** What a file will hold. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; see {@link WholeFile#writeAll}. */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /**
     * Makes or replaces a file.
     *
     * @throws IOException if it cannot be written; the message names the file
     */
    public static void write(Path file, Content content) throws IOException {
        try {
            replace(file, content);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be written (" + reason(e) + ")", e);
        }
    }

    /** Without the name of the file beside, which nobody knows. */
    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException ofFile ? ofFile.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    private static void replace(Path file, Content content) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + " is no file");
        }
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        Path beside = Files.createTempFile(directory, file.getFileName() + "-", ".part", usualAttributes(posix));
        try {
            try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
            if (posix) {
                sync(directory);
            }
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    /** As {@link #write(Path, Content)}. */
    public static void write(Path file, byte[] content) throws IOException {
        write(file, channel -> writeAll(channel, ByteBuffer.wrap(content)));
    }

    /** As {@link #write(Path, Content)}, in UTF-8. */
    public static void write(Path file, String content) throws IOException {
        write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes what remains in a buffer, in as many pieces as the channel takes it in. */
    public static void writeAll(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Temporary files are their owner's alone unless they are made with other permissions, of which the umask takes some. */
    private static FileAttribute<?>[] usualAttributes(boolean posix) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-rw-rw-"))
                }
                : new FileAttribute<?>[0];
    }

    /** A new name lasts once its directory is on the disk; elsewhere than on POSIX directories cannot be synced. */
    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
