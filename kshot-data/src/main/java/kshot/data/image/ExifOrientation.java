package kshot.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A reader of the orientation tag of an image file (EXIF 2.32, tag 0x0112), which says how the camera was held. */
final class ExifOrientation {
    private static final int UPRIGHT = 1;
    private static final int START_OF_SCAN = 0xDA;
    private static final int APP1 = 0xE1;
    private static final long EXIF_HEADER = 0x457869660000L; // "Exif", 0, 0
    private static final int PNG_EXIF = 0x65584966; // "eXIf"
    private static final int WEBP_EXIF = 0x45584946; // "EXIF"
    private static final int TIFF_VERSION = 42;
    private static final int TAG = 0x0112;

    private ExifOrientation() {}

    /** Returns the orientation, 1 to 8; 1 if the file does not state one, or states it wrongly. */
    static int of(ImageFormat format, byte[] file) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(file);
            return switch (format) {
                case JPEG -> ofJpeg(buffer);
                case PNG -> ofPng(buffer);
                case WEBP -> ofWebp(buffer);
                case TIFF -> inDirectory(buffer);
                case GIF, BMP, PNM -> UPRIGHT;
            };
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            return UPRIGHT;
        }
    }

    private static int ofJpeg(ByteBuffer jpeg) {
        int at = 2;
        while ((jpeg.get(at) & 0xFF) == 0xFF && (jpeg.get(at + 1) & 0xFF) != START_OF_SCAN) {
            int marker = jpeg.get(at + 1) & 0xFF;
            int length = jpeg.getShort(at + 2) & 0xFFFF;
            if (marker == APP1 && jpeg.getLong(at + 4) >>> 16 == EXIF_HEADER) {
                return inDirectory(jpeg.slice(at + 10, length - 8));
            }
            at += 2 + length;
        }
        return UPRIGHT;
    }

    /** Searches the chunks of a PNG file: length, type, content, checksum. */
    private static int ofPng(ByteBuffer png) {
        int at = 8;
        while (png.getInt(at + 4) != PNG_EXIF) {
            at = Math.addExact(at, Math.max(0, png.getInt(at)) + 12);
        }
        return inDirectory(png.slice(at + 8, png.getInt(at)));
    }

    /** Searches the chunks of a WebP file: type, length, content, which is padded to an even length. */
    private static int ofWebp(ByteBuffer webp) {
        int at = 12;
        while (webp.order(ByteOrder.BIG_ENDIAN).getInt(at) != WEBP_EXIF) {
            int length = Math.max(0, webp.order(ByteOrder.LITTLE_ENDIAN).getInt(at + 4));
            at = Math.addExact(at, length + (length & 1) + 8);
        }
        ByteBuffer exif = webp.slice(at + 8, webp.order(ByteOrder.LITTLE_ENDIAN).getInt(at + 4));
        boolean hasHeader = exif.order(ByteOrder.BIG_ENDIAN).getLong(0) >>> 16 == EXIF_HEADER;
        return inDirectory(hasHeader ? exif.slice(6, exif.limit() - 6) : exif);
    }

    private static int inDirectory(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (tiff.getShort(2) != TIFF_VERSION) {
            return UPRIGHT;
        }
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if ((tiff.getShort(entry) & 0xFFFF) == TAG) {
                int orientation = tiff.getShort(entry + 8);
                return orientation >= 1 && orientation <= 8 ? orientation : UPRIGHT;
            }
        }
        return UPRIGHT;
    }
}
