package kshot.data.source;

import java.io.IOException;
import kshot.data.image.Pixels;
import kshot.network.FeatureShape;

/**
 * The images of one shape in a file that holds their pixels as they are. None of them is in memory. They are read in the order of
 * their numbers, so that a file is read once, however it is packed.
 */
public interface RawImages {
    /** Returns the path of the file. */
    String path();

    /** Returns the shape of each image. */
    FeatureShape shape();

    /**
     * Returns an image.
     *
     * @throws IOException if the file cannot be read, is cut off, or goes on after the last image
     */
    Pixels read(int index) throws IOException;
}
