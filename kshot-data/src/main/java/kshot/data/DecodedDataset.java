package kshot.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import kshot.data.DatasetReport.ClassCount;
import kshot.data.DatasetReport.Conversions;
import kshot.data.files.LeftOut;

/**
 * A data set whose images all have one shape, with everything that its files say; the rest of a {@link Dataset} follows
 * from it. This is the form that the cache keeps.
 *
 * @param name the name of the data set
 * @param source the recognised form
 * @param target the one shape of all images
 * @param mirrorable whether a mirrored image still shows its class
 * @param testSplitMade whether the test images were drawn from the training images
 * @param split the training and the test images
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
        return new DecodedDataset(name, source, target, mirrorable, testSplitMade, split, conversions, leftOut, more);
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
                notes);
        ImageSet train = split.first();
        return new Dataset(train, split.second(), Normalization.of(train), target.suggested(mirrorable), report);
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
        return HexFormat.of().formatHex(ImageSet.sha256().digest(both.getBytes(StandardCharsets.US_ASCII)));
    }
}
