package kshot.run.predict;

import java.util.List;
import java.util.OptionalInt;

/**
 * The classes of image files by a model.
 *
 * @param classes the names of the classes
 * @param images what could be read, in the order of the files
 * @param unreadable what could not
 */
public record Predictions(List<String> classes, List<Prediction> images, List<Unreadable> unreadable) {
    public Predictions {
        classes = List.copyOf(classes);
        images = List.copyOf(images);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * A file that is no image, or a damaged one.
     *
     * @param file the path of the file
     * @param reason why it could not be read
     */
    public record Unreadable(String file, String reason) {}

    /**
     * The share of the files in folders that are named after a class, as in a data set, of which the model says that class.
     *
     * @param labelled how many files are in such folders, at least 1
     * @param right how many of them the model classifies as their folder says
     */
    public record Agreement(int labelled, int right) {
        /** Returns the share, in [0, 1]. */
        public double accuracy() {
            return (double) right / labelled;
        }
    }

    /** Returns how many files in folders that are named after a class are classified so; of none labelled, 0. */
    public Agreement agreement() {
        int labelled = 0;
        int right = 0;
        for (Prediction image : images) {
            OptionalInt label = label(image.file());
            labelled += label.isPresent() ? 1 : 0;
            right += label.isPresent() && label.getAsInt() == image.best() ? 1 : 0;
        }
        return new Agreement(labelled, right);
    }

    /** Returns the class that the innermost folder with a class's name is named after. */
    private OptionalInt label(String file) {
        String[] parts = file.split("/", -1);
        for (int i = parts.length - 2; i >= 0; i--) {
            int label = classes.indexOf(parts[i]);
            if (label >= 0) {
                return OptionalInt.of(label);
            }
        }
        return OptionalInt.empty();
    }
}
