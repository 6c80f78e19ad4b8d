package kshot.data.image;

import java.io.IOException;
import java.util.Set;

/**
 * A check of the scans of a JPEG file. A progressive JPEG sends its coefficients in several scans. Each is decoded over
 * the whole image even if it has only some fifty bytes: a file of 100 KB can ask for hours of work.
 */
final class JpegScans {
    /** The largest number of scans; ten are usual. */
    static final int MOST = 1000;

    /** The largest number of pixels of all scans together: twenty scans of the largest image. */
    static final long MOST_PIXELS = 20L * ImageDecoder.MAX_PIXELS;

    private static final int START_OF_SCAN = 0xDA;
    private static final int FIRST_FRAME = 0xC0;
    private static final int LAST_FRAME = 0xCF;

    /** Markers between those of frames: of Huffman tables, of extensions, of arithmetic coding. */
    private static final Set<Integer> NO_FRAMES = Set.of(0xC4, 0xC8, 0xCC);

    /** The place of the number of colours after the marker of a frame: length, bits, height and width come before. */
    private static final int FRAME_COMPONENTS = 9;

    private JpegScans() {}

    /** Throws an exception if a file has more scans than can be decoded in reasonable time. */
    static void check(byte[] jpeg, long pixels) throws IOException {
        int scans = count(jpeg);
        if (scans > MOST || scans * pixels > MOST_PIXELS) {
            throw new IOException(scans + " scans of " + pixels + " pixels; allowed: up to " + MOST + " scans, and "
                    + MOST_PIXELS + " pixels in all of them");
        }
    }

    /** Returns the number of colours that the header of the frame states; 0 if there is no such header. */
    static int components(byte[] jpeg) {
        int at = 2;
        while (at + FRAME_COMPONENTS < jpeg.length && (jpeg[at] & 0xFF) == 0xFF) {
            int marker = jpeg[at + 1] & 0xFF;
            boolean frame = marker >= FIRST_FRAME && marker <= LAST_FRAME && !NO_FRAMES.contains(marker);
            if (frame) {
                return jpeg[at + FRAME_COMPONENTS] & 0xFF;
            }
            at += 2 + (((jpeg[at + 2] & 0xFF) << 8) | (jpeg[at + 3] & 0xFF));
        }
        return 0;
    }

    /**
     * Counts the scans. Between markers a byte 0xFF is followed by 0, so only thumbnails and the like may be counted as
     * well.
     */
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
