package kshot.data.source;

import java.util.List;
import kshot.data.files.LeftOut;
import kshot.data.source.LabelledImage.Encoded;

/**
 * A data set as it stands in its files.
 *
 * @param format the recognised format, for example "CIFAR-10 binary batches"
 * @param classes the names of the classes, in the order of the labels
 * @param train the training images
 * @param test the test images; empty if the files have none
 * @param mirrorable whether a mirrored image still shows its class
 * @param notes sentences about how it was read that a user should know
 * @param leftOut the files that are not used
 */
public record ImageSource(
        String format,
        List<String> classes,
        List<LabelledImage> train,
        List<LabelledImage> test,
        boolean mirrorable,
        List<String> notes,
        List<LeftOut> leftOut) {
    public ImageSource {
        classes = List.copyOf(classes);
        train = List.copyOf(train);
        test = List.copyOf(test);
        notes = List.copyOf(notes);
        leftOut = List.copyOf(leftOut);
    }

    /** Creates a source of which all files are used. */
    public ImageSource(
            String format,
            List<String> classes,
            List<LabelledImage> train,
            List<LabelledImage> test,
            boolean mirrorable,
            List<String> notes) {
        this(format, classes, train, test, mirrorable, notes, List.of());
    }

    /** Returns whether the images are files that have to be decoded. */
    public boolean isEncoded() {
        return train.stream().anyMatch(Encoded.class::isInstance);
    }

    /**
     * Returns whether mirrored images still show their classes: false if all class names are numbers or single letters.
     */
    public static boolean mirrorable(List<String> classes) {
        return !classes.stream().allMatch(name -> name.matches("\\d+|\\p{L}"));
    }
}
