package kshot.data.format;

import java.util.List;
import kshot.data.format.LabelledImage.Encoded;

/**
 * A data set as its files have it.
 *
 * @param format what was recognised, as "CIFAR-10 binary batches"
 * @param classes names of the classes, in the order of the labels
 * @param train training images
 * @param test test images; empty if the files have none
 * @param mirrorable whether an image seen in a mirror still shows its class
 * @param notes what a user should know about how it was read, as sentences
 */
public record ImageSource(
        String format,
        List<String> classes,
        List<LabelledImage> train,
        List<LabelledImage> test,
        boolean mirrorable,
        List<String> notes) {
    public ImageSource {
        classes = List.copyOf(classes);
        train = List.copyOf(train);
        test = List.copyOf(test);
        notes = List.copyOf(notes);
    }

    /** Whether the images are files that have to be decoded. */
    public boolean isEncoded() {
        return train.stream().anyMatch(Encoded.class::isInstance);
    }

    /** Whether mirrored images of these classes still show them: not if all of them are numbers or single letters. */
    static boolean mirrorable(List<String> classes) {
        return !classes.stream().allMatch(name -> name.matches("\\d+|\\p{L}"));
    }
}
