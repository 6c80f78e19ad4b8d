package kshot.data.source;

import java.io.IOException;
import kshot.data.files.FileEntry;
import kshot.data.image.ImageDecoder;
import kshot.data.image.Pixels;
import kshot.network.FeatureShape;

/** An image of a data set with its label. Its pixels are in a file, encoded or as they are. */
public sealed interface LabelledImage {
    /** Returns the index of its class. */
    int label();

    /** Returns the place it comes from, for an error message. */
    String name();

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

    /** An image whose pixels stand in a file as they are. */
    record Raw(RawImages images, int index, int label) implements LabelledImage {
        @Override
        public String name() {
            return images.path() + " " + index;
        }

        @Override
        public FeatureShape shape(ImageDecoder decoder) {
            return images.shape();
        }

        @Override
        public Pixels pixels(ImageDecoder decoder) throws IOException {
            return images.read(index);
        }
    }

    /** An image file that is not decoded yet. */
    record Encoded(FileEntry file, int label) implements LabelledImage {
        @Override
        public String name() {
            return file.path();
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
