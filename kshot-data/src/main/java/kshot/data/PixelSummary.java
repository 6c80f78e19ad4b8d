package kshot.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import kshot.data.store.PixelDigest;

/**
 * A summary of the pixels of a set, from one pass over them. Images on disk are read by all processors, a few at a time.
 *
 * @param fingerprint SHA-256 over shape, class names, labels and pixels, in hexadecimal
 * @param histogram the number of occurrences of each value, {@code [channel · 256 + value]}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record PixelSummary(String fingerprint, long[] histogram) {
    private static final int VALUES = 256;

    /** Bytes of pixels that are held at once. */
    private static final int BYTES_AT_ONCE = 8 << 20;

    private static final int IMAGES_OF_THREAD = 4;

    static PixelSummary of(ImageSet set) {
        MessageDigest digest = PixelDigest.sha256();
        updateWithClasses(digest, set);
        int channels = set.shape().channels();
        long[] histogram = new long[channels * VALUES];
        int atOnce = Math.max(
                BYTES_AT_ONCE / Math.toIntExact(set.shape().elements()),
                IMAGES_OF_THREAD * Runtime.getRuntime().availableProcessors());
        for (int from = 0; from < set.size(); from += atOnce) {
            byte[][] images = set.images(from, Math.min(set.size(), from + atOnce));
            add(histogram, histogram(images, channels));
            for (byte[] image : images) {
                digest.update(image);
            }
        }
        return new PixelSummary(HexFormat.of().formatHex(digest.digest()), histogram);
    }

    private static void updateWithClasses(MessageDigest digest, ImageSet set) {
        digest.update((set.shape() + "\n" + set.classes().size() + "\n").getBytes(StandardCharsets.UTF_8));
        for (String name : set.classes()) {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        ByteBuffer labels = ByteBuffer.allocate(Integer.BYTES * set.size());
        IntStream.range(0, set.size()).forEach(i -> labels.putInt(set.label(i)));
        digest.update(labels.flip());
    }

    private static long[] histogram(byte[][] images, int channels) {
        return Arrays.stream(images)
                .parallel()
                .collect(
                        () -> new long[channels * VALUES],
                        (histogram, image) -> count(image, channels, histogram),
                        PixelSummary::add);
    }

    private static void count(byte[] image, int channels, long[] histogram) {
        for (int p = 0; p < image.length; p += channels) {
            for (int c = 0; c < channels; c++) {
                histogram[c * VALUES + (image[p + c] & 0xFF)]++;
            }
        }
    }

    private static void add(long[] sum, long[] other) {
        Arrays.setAll(sum, i -> sum[i] + other[i]);
    }
}
