package kshot.data.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import kshot.common.InvalidInputException;
import kshot.data.files.FileEntry;
import kshot.data.files.Place;
import kshot.data.files.PlaceReader;
import org.jspecify.annotations.Nullable;

/**
 * A store of image files that are decoded whenever they are needed, from where they lie: files of folders, members of tar and zip
 * archives. The pixels are compared with those of the first time, so an image that changes, or a decoder that does, is an error.
 */
public final class EncodedPixels implements PixelStore {
    /** A decoder of image files into pixels of one size. Any thread may use it. */
    @FunctionalInterface
    public interface Decoder {
        /** Returns the pixels of a file. */
        byte[] decode(FileEntry file) throws IOException;
    }

    private final List<Place> places;
    private final byte[] checks;
    private final DecodingResult decoded;
    private final int imageBytes;
    private final Decoder decoder;
    private final PlaceReader reader = new PlaceReader();

    /**
     * Creates a store.
     *
     * @param places the place of each image
     * @param checks an {@link ImageCheck} of each image, as a record
     */
    EncodedPixels(List<Place> places, ShardedPixels checks, int imageBytes, Decoder decoder) {
        this.places = List.copyOf(places);
        this.checks = new byte[Math.multiplyExact(checks.size(), ImageCheck.BYTES)];
        for (int i = 0; i < checks.size(); i++) {
            System.arraycopy(checks.read(i), 0, this.checks, i * ImageCheck.BYTES, ImageCheck.BYTES);
        }
        this.decoded = checks.decoded();
        this.imageBytes = imageBytes;
        this.decoder = decoder;
    }

    @Override
    public int size() {
        return places.size();
    }

    @Override
    public int imageBytes() {
        return imageBytes;
    }

    /** Returns what came of decoding the images for the first time. */
    public DecodingResult decoded() {
        return decoded;
    }

    @Override
    public byte[] read(int image) {
        byte[] pixels;
        try {
            pixels = decoder.decode(reader.file(places.get(image)));
        } catch (IOException e) {
            throw changed(image, e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
        if (ImageCheck.checksum(pixels) != check(image).checksum()) {
            throw changed(image, "its pixels are others", null);
        }
        return pixels;
    }

    private InvalidInputException changed(int image, String how, @Nullable IOException cause) {
        String message = places.get(image) + ": this image has changed since the data set was read (" + how
                + "); start again after 'kshot data --clean', which forgets what was read";
        return cause == null ? new InvalidInputException(message) : new InvalidInputException(message, cause);
    }

    private ImageCheck check(int image) {
        return ImageCheck.of(ByteBuffer.wrap(checks, image * ImageCheck.BYTES, ImageCheck.BYTES));
    }

    @Override
    public PixelDigest digest(int image) {
        return check(image).digest();
    }

    @Override
    public Optional<String> onDisk() {
        return Optional.of("decoded whenever they are needed, from where they lie");
    }
}
