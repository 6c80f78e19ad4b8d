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
 * A writer of files that are whole or absent. A file is written under another name that ends in {@code .part} in the
 * same directory, synced and renamed. A reader sees the old file or the new one and never a part of it, also after a
 * power cut or while several processes write it. If writing fails, the old file stays and nothing else is left.
 */
public final class WholeFile {
    private WholeFile() {}

    /** The content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes the whole content; see {@link WholeFile#writeAll}. */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /**
     * Writes a new file, or replaces one.
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

    /** Returns the reason of a failure without the name of the temporary file, which no user knows. */
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

    /** Writes a file as {@link #write(Path, Content)} does. */
    public static void write(Path file, byte[] content) throws IOException {
        write(file, channel -> writeAll(channel, ByteBuffer.wrap(content)));
    }

    /** Writes a file in UTF-8 as {@link #write(Path, Content)} does. */
    public static void write(Path file, String content) throws IOException {
        write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the rest of a buffer, in as many pieces as the channel needs. */
    public static void writeAll(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /**
     * Returns the permissions of an ordinary file, from which the umask takes some. Temporary files are otherwise
     * readable by their owner alone.
     */
    private static FileAttribute<?>[] usualAttributes(boolean posix) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-rw-rw-"))
                }
                : new FileAttribute<?>[0];
    }

    /**
     * Syncs a directory: a new name is safe only when its directory is on the disk. Only POSIX directories can be
     * synced.
     */
    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
