package kshot.data.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What is known of the pixels of an image that is decoded whenever it is needed.
 *
 * @param checksum CRC-32C of the pixels; it is compared each time
 * @param digest the digest of the pixels, by which equal images are found without decoding them again
 */
public record ImageCheck(int checksum, PixelDigest digest) {
    /** The number of bytes that {@link #bytes} returns. */
    public static final int BYTES = Integer.BYTES + 2 * Long.BYTES;

    /** Returns the check of an image. */
    public static ImageCheck of(byte[] pixels) {
        return new ImageCheck(checksum(pixels), PixelDigest.of(pixels));
    }

    /** Returns the CRC-32C of an image. */
    static int checksum(byte[] pixels) {
        CRC32C crc = new CRC32C();
        crc.update(pixels);
        return (int) crc.getValue();
    }

    /** Returns this check in a fixed number of bytes, as a shard can keep it. */
    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .putInt(checksum)
                .putLong(digest.high())
                .putLong(digest.low())
                .array();
    }

    /** Returns the check that {@link #bytes} has written. */
    static ImageCheck of(ByteBuffer bytes) {
        return new ImageCheck(bytes.getInt(), new PixelDigest(bytes.getLong(), bytes.getLong()));
    }
}
