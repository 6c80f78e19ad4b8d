package kshot.data.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A stream over a part of a file. Each has the file open for itself, so that many threads can read one archive at once, and
 * a thread that is interrupted while it reads goes on, which one with a channel would not.
 */
final class FileSlice extends InputStream {
    private final RandomAccessFile file;
    private long left;

    FileSlice(Path path, long start, long length) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), "r");
        this.left = length;
        try {
            file.seek(start);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (left == 0) {
            return length == 0 ? 0 : -1;
        }
        int n = file.read(buffer, offset, (int) Math.min(length, left));
        left -= Math.max(n, 0);
        return n;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
