package kshot.common;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The mark at the beginning of a text that tells its encoding. Programs on Windows write it, among them Excel. */
public final class ByteOrderMark {
    private static final int LONGEST = 3;

    private ByteOrderMark() {}

    /**
     * Reads the mark, if there is one, and returns the encoding of what follows; without a mark UTF-8.
     *
     * @param in a stream that can be {@linkplain InputStream#mark marked}
     */
    public static Charset read(InputStream in) throws IOException {
        in.mark(LONGEST);
        int first = in.read();
        int second = in.read();
        int third = in.read();
        in.reset();
        if (first == 0xEF && second == 0xBB && third == 0xBF) {
            in.skipNBytes(3);
        } else if (first == 0xFF && second == 0xFE) {
            in.skipNBytes(2);
            return StandardCharsets.UTF_16LE;
        } else if (first == 0xFE && second == 0xFF) {
            in.skipNBytes(2);
            return StandardCharsets.UTF_16BE;
        }
        return StandardCharsets.UTF_8;
    }
}
