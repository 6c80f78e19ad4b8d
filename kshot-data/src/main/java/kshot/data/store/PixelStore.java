package kshot.data.store;

import java.nio.file.Path;
import java.util.Optional;
import kshot.common.InvalidInputException;

/** A store of decoded images of one size, which are found by their number. It never changes, and any thread may read. */
public interface PixelStore {
    /** Returns the number of images. */
    int size();

    /** Returns the number of bytes of each image. */
    int imageBytes();

    /**
     * Returns the pixels of an image. They must not be modified: the array may be the store's own.
     *
     * @throws InvalidInputException if they are on disk and no longer what was written
     */
    byte[] read(int image);

    /** Returns the directory in which the images are kept; nothing if they are in the heap. */
    Optional<Path> directory();
}
