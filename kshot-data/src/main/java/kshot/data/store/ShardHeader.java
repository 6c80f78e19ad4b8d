package kshot.data.store;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The beginning of a shard, which says what is in it. A shard is the one that is looked for if its first bytes are those of
 * the header that is expected.
 *
 * @param key the key of the data set and of the way in which it was read, 32 hexadecimal digits
 * @param first the number of its first image
 * @param images the number of its images
 * @param imageBytes the number of bytes of each image
 */
record ShardHeader(String key, int first, int images, int imageBytes) {
    /** Bytes of a header. */
    static final int SIZE = 40;

    private static final long MAGIC = 0x4B53484F54504958L; // "KSHOTPIX"
    private static final int VERSION = 1;

    byte[] bytes() {
        return ByteBuffer.allocate(SIZE)
                .putLong(MAGIC)
                .putInt(VERSION)
                .put(HexFormat.of().parseHex(key))
                .putInt(first)
                .putInt(images)
                .putInt(imageBytes)
                .array();
    }

    /** Returns the number of bytes of a shard, but for what came of decoding its images, which is little. */
    long bytesOfShard() {
        return position(images) + (long) Integer.BYTES * images;
    }

    /** Returns the place of an image in the file, counted from the first of the shard; that of the trailer after the last. */
    long position(int image) {
        return SIZE + (long) image * imageBytes;
    }
}
