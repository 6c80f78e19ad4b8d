package kshot.rank;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * A reader that limits the length of a text and of its lines: a small compressed file may contain a line of any length.
 */
final class LimitedLines extends FilterReader {
    private final int longestLine;
    private final long most;
    private long inLine;
    private long inAll;

    /** Creates a reader of at most {@code longestLine} characters for each line and {@code most} characters in all. */
    LimitedLines(Reader in, int longestLine, long most) {
        super(in);
        this.longestLine = longestLine;
        this.most = most;
    }

    @Override
    public int read() throws IOException {
        char[] one = new char[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        int n = super.read(buffer, offset, length);
        for (int i = offset; i < offset + n; i++) {
            inLine = buffer[i] == '\n' || buffer[i] == '\r' ? 0 : inLine + 1;
            inAll++;
            if (inLine > longestLine || inAll > most) {
                throw new IOException("more than " + longestLine + " characters in a line, or " + most + " in all");
            }
        }
        return n;
    }
}
