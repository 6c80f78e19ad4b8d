package kshot.data;

import java.util.List;
import kshot.network.FeatureShape;

/**
 * What was read, to be shown to the user.
 *
 * @param name of the data set: the file or folder, without its extension
 * @param source what was recognised, as "class folders in a zip archive"
 * @param storedShape shape in which the images are held
 * @param inputShape shape that a network takes: the stored one, or smaller for photos
 * @param classes number of images of each class, in the order of the labels
 * @param testSplitMade whether the test images were drawn, seeded, from the training images, as there were none
 * @param conversions what was changed or left out of the images of both splits
 * @param fingerprint SHA-256 over the fingerprints of both splits
 * @param notes what else the user should know, as sentences
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
     * Number of images of one class.
     *
     * @param name of the class
     * @param train training images
     * @param test test images
     */
    public record ClassCount(String name, int train, int test) {}

    /**
     * What was changed or left out.
     *
     * @param resized images whose height or width was not the stored one
     * @param greyToColor grey images that were given three channels
     * @param colorToGrey colour images that were made grey
     * @param skipped images that were left out, as they could not be read
     * @param skippedImages the first few of them, each as "name: reason"
     */
    public record Conversions(int resized, int greyToColor, int colorToGrey, int skipped, List<String> skippedImages) {
        /** Nothing. */
        public static final Conversions NONE = new Conversions(0, 0, 0, 0, List.of());

        public Conversions {
            skippedImages = List.copyOf(skippedImages);
        }
    }

    /** Number of training images. */
    public int trainImages() {
        return classes.stream().mapToInt(ClassCount::train).sum();
    }

    /** Number of test images. */
    public int testImages() {
        return classes.stream().mapToInt(ClassCount::test).sum();
    }
}
