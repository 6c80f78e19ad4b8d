package kshot.data.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;

/**
 * A digest of the pixels of an image, the first 16 bytes of their SHA-256. Images of one shape whose digests are equal are
 * equal.
 *
 * @param high the first 8 bytes
 * @param low the next 8 bytes
 */
public record PixelDigest(long high, long low) implements Comparable<PixelDigest> {
    private static final Comparator<PixelDigest> ORDER =
            Comparator.comparingLong(PixelDigest::high).thenComparingLong(PixelDigest::low);

    @Override
    public int compareTo(PixelDigest other) {
        return ORDER.compare(this, other);
    }

    /** Returns the digest of an image. */
    public static PixelDigest of(byte[] pixels) {
        ByteBuffer digest = ByteBuffer.wrap(sha256().digest(pixels));
        return new PixelDigest(digest.getLong(), digest.getLong());
    }

    /** Returns a new SHA-256, the hash by which images and whole data sets are told apart. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
