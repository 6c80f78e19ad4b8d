package kshot.data.format;

import java.io.IOException;
import java.io.InputStream;
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
        public FeatureShape shape(ImageDecoder decoder) throws IOException {
            try (InputStream in = file.open(ImageDecoder.MAX_FILE_BYTES)) {
                return decoder.shape(in);
            }
        }

        @Override
        public Pixels pixels(ImageDecoder decoder) throws IOException {
            return decoder.decode(file.read(ImageDecoder.MAX_FILE_BYTES));
        }
    }
}
