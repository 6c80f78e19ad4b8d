package kshot.data.image;

import java.io.IOException;

/**
 * The scans of a JPEG file. A progressive JPEG sends its coefficients in several, each of which is decoded over the whole
 * image even where it has only some fifty bytes: a file of 100 KB can ask for hours.
 */
final class JpegScans {
    /** Most scans; ten are usual. */
    static final int MOST = 1000;

    /** Most pixels of all scans together: twenty scans of the largest image. */
    static final long MOST_PIXELS = 20L * ImageDecoder.MAX_PIXELS;

    private static final int START_OF_SCAN = 0xDA;

    private JpegScans() {}

    /** Throws if a file has more scans than are decoded in reasonable time. */
    static void check(byte[] jpeg, long pixels) throws IOException {
        int scans = count(jpeg);
        if (scans > MOST || scans * pixels > MOST_PIXELS) {
            throw new IOException(scans + " scans of " + pixels + " pixels; allowed: up to " + MOST + " scans, and "
                    + MOST_PIXELS + " pixels in all of them");
        }
    }

    /** Between markers an 0xFF is followed by 0; only thumbnails and the like may be counted as well. */
    private static int count(byte[] jpeg) {
        int scans = 0;
        for (int i = 1; i < jpeg.length; i++) {
            if ((jpeg[i] & 0xFF) == START_OF_SCAN && (jpeg[i - 1] & 0xFF) == 0xFF) {
                scans++;
            }
        }
        return scans;
    }
}
