package kshot.data.source;

import java.util.ArrayList;
import java.util.List;

/**
 * The training and the test images of a data set that also has images for validation.
 *
 * @param train the training images
 * @param test the test images; empty if there are neither test nor validation images
 */
public record ImageParts(List<LabelledImage> train, List<LabelledImage> test) {
    /**
     * Gives the validation images their use: they join the training images if there are test images, and are the test images
     * otherwise.
     *
     * @param asTest a note for the case that they are the test images
     * @param added a note for the case that they join the training images
     * @param notes the list that takes the note
     */
    public static ImageParts of(
            List<LabelledImage> train,
            List<LabelledImage> validation,
            List<LabelledImage> test,
            String asTest,
            String added,
            List<String> notes) {
        if (validation.isEmpty()) {
            return new ImageParts(train, test);
        }
        if (test.isEmpty()) {
            notes.add(asTest);
            return new ImageParts(train, validation);
        }
        notes.add(added);
        List<LabelledImage> joined = new ArrayList<>(train);
        joined.addAll(validation);
        return new ImageParts(joined, test);
    }

    /** Gives validation images that have no name of their own their use. */
    public static ImageParts of(
            List<LabelledImage> train, List<LabelledImage> validation, List<LabelledImage> test, List<String> notes) {
        return of(
                train,
                validation,
                test,
                "The validation images are used as the test split, as there are no test images.",
                "The " + validation.size() + " validation images were added to the training images.",
                notes);
    }
}
