package kshot.data.files;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of a {@link FileTree}. Several threads may read it at once.
 *
 * @param path the path below the root of the tree, with {@code /} between its parts
 * @param size the size in bytes, as stated by the folder or archive
 * @param content the source of the content
 * @param place where its bytes are on disk; null if they are there only packed or for a while
 */
public record FileEntry(
        String path, long size, Content content, @Nullable Place place) {
    /** Creates a file that has no place on disk. */
    public FileEntry(String path, long size, Content content) {
        this(path, size, content, null);
    }

    /** The content of a file, opened anew at each call. */
    @FunctionalInterface
    public interface Content {
        /** Returns a stream over the content from the first byte on. The caller closes it. */
        InputStream open() throws IOException;
    }

    /** Returns the last part of the path. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Returns a stream over the content from the first byte on. The caller closes it. */
    public InputStream open() throws IOException {
        return content.open();
    }

    /**
     * Returns a stream over the content that ends with an error after the stated size: an archive may state less than
     * it holds.
     *
     * @param limit the largest accepted size, in bytes
     * @throws IOException if it is larger than {@code limit}, or cannot be read
     */
    public InputStream open(int limit) throws IOException {
        if (size > limit) {
            throw new IOException("larger than " + (limit >> 20) + " MiB");
        }
        return new LimitedStream(open(), size);
    }

    /**
     * Returns the whole content.
     *
     * @param limit the largest accepted size, in bytes
     * @throws IOException if it is larger than {@code limit} or than the stated size, or cannot be read
     */
    public byte[] read(int limit) throws IOException {
        try (InputStream in = open(limit)) {
            return in.readNBytes((int) size + 1); // a byte more is an error
        }
    }

    /** Returns the same file under another path. */
    public FileEntry withPath(String newPath) {
        return new FileEntry(newPath, size, content, place);
    }
}
