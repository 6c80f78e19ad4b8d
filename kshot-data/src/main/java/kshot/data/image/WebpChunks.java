package kshot.data.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A check of the chunks of a WebP file (RFC 9649): each lies inside of the file, and no frame is larger than the canvas. A
 * frame states its size again, so a small picture may hold one that takes gigabytes.
 */
final class WebpChunks {
    private static final int HEADER = 12; // "RIFF", size, "WEBP"
    private static final int CHUNK_HEADER = 8;
    private static final int CANVAS = code("VP8X");
    private static final int LOSSY = code("VP8 ");
    private static final int LOSSLESS = code("VP8L");
    private static final int ANIMATION_FRAME = code("ANMF");
    private static final int ANIMATION_HEADER = 16; // place, size and duration, before the chunks of the frame
    private static final int LOSSY_SIZE = 6; // after frame tag and start code
    private static final int SIDE_OF_LOSSY = 0x3FFF;

    private final ByteBuffer file;
    private final int width;
    private final int height;

    private WebpChunks(byte[] file, int width, int height) {
        this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        this.width = width;
        this.height = height;
    }

    private static int code(String name) {
        return name.charAt(0) | (name.charAt(1) << 8) | (name.charAt(2) << 16) | (name.charAt(3) << 24);
    }

    /**
     * Throws an exception if a chunk is cut off, or a frame is larger than the picture.
     *
     * @param width the width of the picture, in pixels
     * @param height the height of the picture, in pixels
     */
    static void check(byte[] file, int width, int height) throws IOException {
        new WebpChunks(file, width, height).check(HEADER, file.length);
    }

    private void check(int from, int to) throws IOException {
        int at = from;
        while (at + CHUNK_HEADER <= to) {
            int name = file.getInt(at);
            int length = file.getInt(at + 4);
            int content = at + CHUNK_HEADER;
            if (length < 0 || length > to - content) {
                throw new IOException("the file is cut off");
            }
            if (name == LOSSLESS && length >= 5) {
                int size = file.getInt(content + 1); // 14 bits each, less one
                requireInside((size & SIDE_OF_LOSSY) + 1, ((size >>> 14) & SIDE_OF_LOSSY) + 1);
            } else if (name == LOSSY && length >= LOSSY_SIZE + 4) {
                requireInside(
                        file.getShort(content + LOSSY_SIZE) & SIDE_OF_LOSSY,
                        file.getShort(content + LOSSY_SIZE + 2) & SIDE_OF_LOSSY);
            } else if (name == LOSSLESS || name == LOSSY || (name == CANVAS && length < 10)) {
                throw new IOException("damaged WEBP file: a frame of " + length + " bytes");
            } else if (name == ANIMATION_FRAME && length > ANIMATION_HEADER) {
                check(content + ANIMATION_HEADER, content + length);
            }
            at = content + length + (length & 1);
        }
    }

    private void requireInside(int frameWidth, int frameHeight) throws IOException {
        if (frameWidth > width || frameHeight > height) {
            throw new IOException("damaged WEBP file: a frame of " + frameWidth + "x" + frameHeight
                    + " pixels in a picture of " + width + "x" + height);
        }
    }
}
