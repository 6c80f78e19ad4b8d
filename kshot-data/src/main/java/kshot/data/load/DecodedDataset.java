package kshot.data.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import kshot.data.Dataset;
import kshot.data.DatasetReport;
import kshot.data.DatasetReport.ClassCount;
import kshot.data.DatasetReport.Conversions;
import kshot.data.Normalization;
import kshot.data.Split;
import kshot.data.files.LeftOut;
import kshot.data.store.PixelDigest;
import kshot.data.store.PixelStore;

/**
 * A data set whose images all have one shape, with everything that its files say and what takes long to compute; the rest of
 * a {@link Dataset} follows from it. This is the form that the cache keeps.
 *
 * @param name the name of the data set
 * @param source the recognised form
 * @param target the one shape of all images
 * @param mirrorable whether a mirrored image still shows its class
 * @param testSplitMade whether the test images were drawn from the training images
 * @param split the training and the test images
 * @param normalization the normalisation by the training images
 * @param conversions the images that were changed
 * @param leftOut the files that are not used
 * @param notes sentences that the user should read
 */
record DecodedDataset(
        String name,
        String source,
        ImageLayout target,
        boolean mirrorable,
        boolean testSplitMade,
        Split split,
        Normalization normalization,
        Conversions conversions,
        List<LeftOut> leftOut,
        List<String> notes) {
    DecodedDataset {
        leftOut = List.copyOf(leftOut);
        notes = List.copyOf(notes);
    }

    DecodedDataset withNote(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new DecodedDataset(
                name, source, target, mirrorable, testSplitMade, split, normalization, conversions, leftOut, more);
    }

    /** Returns whether the images are on disk. */
    boolean isOnDisk() {
        return split.first().areOnDisk();
    }

    Dataset toDataset() {
        DatasetReport report = new DatasetReport(
                name,
                source,
                target.stored(),
                target.input(),
                classCounts(),
                testSplitMade,
                conversions,
                leftOut,
                fingerprint(),
                notesWithPlace());
        return new Dataset(split.first(), split.second(), normalization, target.suggested(mirrorable), report);
    }

    /** The place is no property of the data set: with more memory, its images are in the heap. */
    private List<String> notesWithPlace() {
        List<String> all = new ArrayList<>(notes);
        PixelStore pixels = split.first().pixels();
        pixels.onDisk()
                .ifPresent(how -> all.add(String.format(
                        Locale.ROOT,
                        "The images take %.2f GB, more than half of the memory that Java may use (-Xmx), and are %s.",
                        (double) pixels.size() * pixels.imageBytes() / 1e9,
                        how)));
        return all;
    }

    List<ClassCount> classCounts() {
        int[] train = split.first().countsByClass();
        int[] test = split.second().countsByClass();
        List<ClassCount> counts = new ArrayList<>();
        for (int i = 0; i < train.length; i++) {
            counts.add(new ClassCount(split.first().classes().get(i), train[i], test[i]));
        }
        return counts;
    }

    /** Returns the SHA-256 over the fingerprints of both parts. */
    String fingerprint() {
        String both = split.first().fingerprint() + split.second().fingerprint();
        return HexFormat.of().formatHex(PixelDigest.sha256().digest(both.getBytes(StandardCharsets.US_ASCII)));
    }
}
