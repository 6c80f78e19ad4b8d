package kshot.data.store;

import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;

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

    /**
     * Returns images of another store under the same numbers in the heap; several threads read them.
     *
     * @param wanted the numbers of the images that are used; the others may be unreadable, and are black
     */
    public static HeapPixels of(PixelStore pixels, BitSet wanted) {
        byte[] none = new byte[pixels.imageBytes()];
        byte[][] images = IntStream.range(0, pixels.size())
                .parallel()
                .mapToObj(i -> wanted.get(i) ? pixels.read(i) : none)
                .toArray(byte[][]::new);
        return new HeapPixels(images, pixels.imageBytes());
    }

    @Override
    public Optional<String> onDisk() {
        return Optional.empty();
    }
}
