package kshot.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A reader of the orientation tag of a JPEG file (EXIF 2.32, tag 0x0112), which says how the camera was held. */
final class ExifOrientation {
    private static final int UPRIGHT = 1;
    private static final int START_OF_SCAN = 0xDA;
    private static final int APP1 = 0xE1;
    private static final long EXIF_HEADER = 0x457869660000L; // "Exif", 0, 0
    private static final int TAG = 0x0112;

    private ExifOrientation() {}

    /** Returns the orientation, 1 to 8; 1 if the file does not state one, or states it wrongly. */
    static int of(byte[] jpeg) {
        try {
            return search(ByteBuffer.wrap(jpeg));
        } catch (IndexOutOfBoundsException e) {
            return UPRIGHT;
        }
    }

    private static int search(ByteBuffer jpeg) {
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

    private static int inDirectory(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
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
