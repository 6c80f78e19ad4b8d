package kshot.data.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kshot.data.ImageSet;
import kshot.data.Split;
import kshot.data.store.PixelDigest;

/**
 * The images of a data set that occur more than once, pixel by pixel as they are stored.
 *
 * @param inTraining training images that are equal to an earlier training image of the same class
 * @param leaked training images that are also test images, by their index
 * @param conflicting training images that are equal to one of another class, by their index
 */
record Duplicates(int inTraining, Set<Integer> leaked, Set<Integer> conflicting) {
    /** Finds the duplicates of a split. */
    static Duplicates of(Split split) {
        ImageSet train = split.first();
        List<PixelDigest> pixels = train.digests();
        Set<PixelDigest> ofTest = new HashSet<>(split.second().digests());
        Set<Integer> leaked = IntStream.range(0, train.size())
                .filter(i -> ofTest.contains(pixels.get(i)))
                .boxed()
                .collect(Collectors.toSet());
        int inTraining = 0;
        Set<Integer> conflicting = new HashSet<>();
        for (List<Integer> equal : repeated(pixels)) {
            Set<Integer> labels = equal.stream().map(train::label).collect(Collectors.toSet());
            inTraining += equal.size() - labels.size();
            if (labels.size() > 1) {
                conflicting.addAll(equal);
            }
        }
        return new Duplicates(inTraining, leaked, conflicting);
    }

    /** Returns the images of which there are several, those with equal pixels together. Sorting takes less memory than a table. */
    private static List<List<Integer>> repeated(List<PixelDigest> pixels) {
        List<Integer> order = IntStream.range(0, pixels.size())
                .boxed()
                .sorted(Comparator.comparing(pixels::get))
                .toList();
        List<List<Integer>> repeated = new ArrayList<>();
        int first = 0;
        for (int i = 1; i <= order.size(); i++) {
            if (i == order.size() || !pixels.get(order.get(i)).equals(pixels.get(order.get(first)))) {
                if (i - first > 1) {
                    repeated.add(order.subList(first, i));
                }
                first = i;
            }
        }
        return repeated;
    }

    /** Returns a split without the training images that {@link DuplicatePolicy#DROP} leaves out. */
    Split withoutDropped(Split split) throws IOException {
        int[] kept = IntStream.range(0, split.first().size())
                .filter(i -> !leaked.contains(i) && !conflicting.contains(i))
                .toArray();
        if (kept.length == 0) {
            throw new IOException("every training image is also a test image, or equal to one of another class");
        }
        return new Split(split.first().subset(kept), split.second());
    }

    /** Returns what a user should know of them, a sentence each. */
    List<String> notes(DuplicatePolicy policy) {
        List<String> notes = new ArrayList<>();
        String advice =
                policy == DuplicatePolicy.KEEP ? "; data.duplicates: drop leaves them out" : " and were left out";
        if (!leaked.isEmpty()) {
            notes.add(leaked.size() + " training images are also test images, pixel by pixel"
                    + (policy == DuplicatePolicy.KEEP ? ", which flatters the test accuracy" : "") + advice + ".");
        }
        if (!conflicting.isEmpty()) {
            notes.add(conflicting.size() + " training images are equal to one of another class" + advice + ".");
        }
        if (inTraining > 0) {
            notes.add(inTraining + " training images repeat another one of their class.");
        }
        return notes;
    }
}
