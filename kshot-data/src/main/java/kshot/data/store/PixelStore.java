package kshot.data.store;

import java.util.Optional;
import kshot.common.InvalidInputException;

/** A store of images of one size, which are found by their number. It never changes, and any thread may read. */
public interface PixelStore {
    /** Returns the number of images. */
    int size();

    /** Returns the number of bytes of each image. */
    int imageBytes();

    /**
     * Returns the pixels of an image. They must not be modified: the array may be the store's own.
     *
     * @throws InvalidInputException if they are on disk and no longer what they were
     */
    byte[] read(int image);

    /** Returns the digest of the pixels of an image, by which equal ones are found. */
    default PixelDigest digest(int image) {
        return PixelDigest.of(read(image));
    }

    /**
     * Returns how images come from the disk, in words that follow "the images are"; nothing if they are in the heap. Several that
     * come from the disk are best read by several threads.
     */
    Optional<String> onDisk();
}
