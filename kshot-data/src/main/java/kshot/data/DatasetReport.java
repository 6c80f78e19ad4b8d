package kshot.data;

import java.util.List;
import kshot.data.files.LeftOut;
import kshot.network.FeatureShape;

/**
 * A description of a data set that was read, to be shown to the user.
 *
 * @param name the name of the data set: the file or folder, without its extension
 * @param source the recognised form, for example "class folders in a zip archive"
 * @param storedShape the shape in which the images are held
 * @param inputShape the shape of a network's input: the stored one, or smaller for photos
 * @param classes number of images of each class, in the order of the labels
 * @param testSplitMade whether the test images were drawn from the training images by the seed, because there were none
 * @param conversions the images of both splits that were changed
 * @param leftOut the files that are not used, and why
 * @param fingerprint SHA-256 over the fingerprints of both splits
 * @param notes sentences about anything else that the user should know
 */
public record DatasetReport(
        String name,
        String source,
        FeatureShape storedShape,
        FeatureShape inputShape,
        List<ClassCount> classes,
        boolean testSplitMade,
        Conversions conversions,
        List<LeftOut> leftOut,
        String fingerprint,
        List<String> notes) {
    public DatasetReport {
        classes = List.copyOf(classes);
        leftOut = List.copyOf(leftOut);
        notes = List.copyOf(notes);
    }

    /**
     * The number of images of one class.
     *
     * @param name the name of the class
     * @param train the number of training images
     * @param test the number of test images
     */
    public record ClassCount(String name, int train, int test) {}

    /**
     * The numbers of images that were changed.
     *
     * @param resized images whose height or width was not the stored one
     * @param greyToColor grey images that were given three channels
     * @param colorToGrey colour images that were made grey
     */
    public record Conversions(int resized, int greyToColor, int colorToGrey) {
        /** No image changed. */
        public static final Conversions NONE = new Conversions(0, 0, 0);
    }

    /** Returns the number of training images. */
    public int trainImages() {
        return classes.stream().mapToInt(ClassCount::train).sum();
    }

    /** Returns the number of test images. */
    public int testImages() {
        return classes.stream().mapToInt(ClassCount::test).sum();
    }
}
