package kshot.data.store;

import java.nio.file.Path;
import java.util.Optional;

/** A store of images in the Java heap. */
public final class HeapPixels implements PixelStore {
    private final byte[][] images;
    private final int imageBytes;

    /** Creates a store of images, whose pixels are not copied. */
    public HeapPixels(byte[][] images, long imageBytes) {
        for (int i = 0; i < images.length; i++) {
            if (images[i].length != imageBytes) {
                throw new IllegalArgumentException("image set: " + images[i].length + " bytes in image " + i);
            }
        }
        this.images = images.clone();
        this.imageBytes = Math.toIntExact(imageBytes);
    }

    @Override
    public int size() {
        return images.length;
    }

    @Override
    public int imageBytes() {
        return imageBytes;
    }

    @Override
    public byte[] read(int image) {
        return images[image];
    }

    @Override
    public Optional<Path> directory() {
        return Optional.empty();
    }
}
