package kshot.data;

import java.util.List;
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
 * @param conversions the images of both splits that were changed or left out
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
        String fingerprint,
        List<String> notes) {
    public DatasetReport {
        classes = List.copyOf(classes);
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
     * The numbers of images that were changed or left out.
     *
     * @param resized images whose height or width was not the stored one
     * @param greyToColor grey images that were given three channels
     * @param colorToGrey colour images that were made grey
     * @param skipped images that were left out, as they could not be read
     * @param skippedImages the first few images left out, each as "name: reason"
     */
    public record Conversions(int resized, int greyToColor, int colorToGrey, int skipped, List<String> skippedImages) {
        /** No image changed or left out. */
        public static final Conversions NONE = new Conversions(0, 0, 0, 0, List.of());

        public Conversions {
            skippedImages = List.copyOf(skippedImages);
        }
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
