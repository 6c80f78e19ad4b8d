package kshot.data.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** An ImageIO stream over an array of encoded bytes, which avoids the copies of ImageIO's own memory cache. */
final class ByteArrayImageStream extends ImageInputStreamImpl {
    /** A reader that asks more often for what is not there takes zeros for it, and might do so for hours. */
    private static final int MOST_READS_PAST_END = 1000;

    private final byte[] bytes;
    private int readsPastEnd;

    ByteArrayImageStream(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
        bitOffset = 0;
        return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : end();
    }

    private int end() throws IOException {
        if (++readsPastEnd > MOST_READS_PAST_END) {
            throw new IOException("the file is cut off");
        }
        return -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        bitOffset = 0;
        int n = (int) Math.min(length, bytes.length - streamPos);
        if (n <= 0) {
            return length == 0 ? 0 : end();
        }
        System.arraycopy(bytes, (int) streamPos, buffer, offset, n);
        streamPos += n;
        return n;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
