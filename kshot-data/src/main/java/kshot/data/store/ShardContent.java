package kshot.data.store;

import java.io.IOException;

/** The images that go into shards. */
@FunctionalInterface
public interface ShardContent {
    /** A taker of images, one after the other. */
    @FunctionalInterface
    interface Sink {
        /** Takes the next image. */
        void add(byte[] pixels) throws IOException;
    }

    /**
     * Decodes images {@code from} to {@code to − 1}, and hands them over in their order. In place of an image that cannot be read
     * comes any other one.
     *
     * @return what came of these images
     */
    DecodingResult decode(int from, int to, Sink sink) throws IOException;
}
