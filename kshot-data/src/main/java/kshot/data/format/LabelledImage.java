package kshot.data.format;

import java.io.IOException;
import kshot.data.files.FileEntry;
import kshot.data.image.ImageDecoder;
import kshot.data.image.Pixels;
import kshot.network.FeatureShape;

/** An image of a data set with its label, already decoded or not. */
public sealed interface LabelledImage {
    /** Returns the index of its class. */
    int label();

    /** Returns the place it comes from, for an error message. */
    String name();

    /** Returns the number of bytes of pixels that it holds in memory. */
    long heldBytes();

    /**
     * Returns the channels, height and width, without decoding the image.
     *
     * @throws IOException if it is broken or refused
     */
    FeatureShape shape(ImageDecoder decoder) throws IOException;

    /**
     * Returns the pixels.
     *
     * @throws IOException if it is broken or refused
     */
    Pixels pixels(ImageDecoder decoder) throws IOException;

    /** An image whose pixels are in memory. */
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

    /** An image file that is not decoded yet. */
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
