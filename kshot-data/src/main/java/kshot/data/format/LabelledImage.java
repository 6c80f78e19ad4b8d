package kshot.data.format;

import java.io.IOException;
import kshot.data.files.FileEntry;
import kshot.data.image.ImageDecoder;
import kshot.data.image.Pixels;
import kshot.network.FeatureShape;

/** One image of a data set, decoded or not yet. */
public sealed interface LabelledImage {
    /** Index of its class. */
    int label();

    /** Where it comes from, for an error. */
    String name();

    /** Bytes of pixels that it holds in memory. */
    long heldBytes();

    /**
     * Channels, height and width, without decoding.
     *
     * @throws IOException if it is broken or refused
     */
    FeatureShape shape(ImageDecoder decoder) throws IOException;

    /**
     * The image.
     *
     * @throws IOException if it is broken or refused
     */
    Pixels pixels(ImageDecoder decoder) throws IOException;

    /** An image in memory. */
    record Decoded(String name, Pixels pixels, int label) implements LabelledImage {
        @Override
        public long heldBytes() {
            return pixels.shape().elements();
        }

        @Override
        public FeatureShape shape(ImageDecoder decoder) {
            return pixels.shape();
        }

        @Override
        public Pixels pixels(ImageDecoder decoder) {
            return pixels;
        }
    }

    /** An image file. */
    record Encoded(FileEntry file, int label) implements LabelledImage {
        @Override
        public String name() {
            return file.path();
        }

        @Override
        public long heldBytes() {
            return 0;
        }

        @Override
        public FeatureShape shape(ImageDecoder decoder) throws IOException {
            return decoder.shape(file);
        }

        @Override
        public Pixels pixels(ImageDecoder decoder) throws IOException {
            return decoder.decode(file);
        }
    }
}
