package kshot.data.files;

import java.io.IOException;
import java.io.InputStream;

/**
 * One file of a {@link FileTree}. May be read from several threads at once.
 *
 * @param path below the root of the tree, with {@code /} between its parts
 * @param size in bytes, as stated by the folder or archive
 * @param content opens the content
 */
public record FileEntry(String path, long size, Content content) {
    /** Opens the content of a file, anew at each call. */
    @FunctionalInterface
    public interface Content {
        /** A stream from the first byte on; the caller closes it. */
        InputStream open() throws IOException;
    }

    /** The last part of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** A stream from the first byte on; the caller closes it. */
    public InputStream open() throws IOException {
        return content.open();
    }

    /**
     * As {@link #open()}, but no more than the stated size can be read: an archive may state less than it holds.
     *
     * @param limit most bytes to accept
     * @throws IOException if it is larger than {@code limit}, or cannot be read
     */
    public InputStream open(int limit) throws IOException {
        if (size > limit) {
            throw new IOException("larger than " + (limit >> 20) + " MiB");
        }
        return new LimitedStream(open(), size);
    }

    /**
     * The whole content.
     *
     * @param limit most bytes to accept
     * @throws IOException if it is larger than {@code limit} or than the stated size, or cannot be read
     */
    public byte[] read(int limit) throws IOException {
        try (InputStream in = open(limit)) {
            return in.readNBytes((int) size + 1); // a byte more is an error
        }
    }

    FileEntry withPath(String newPath) {
        return new FileEntry(newPath, size, content);
    }
}
