package kshot.data.raw;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import kshot.data.files.FileEntry;
import kshot.data.source.LabelledImage;
import kshot.data.source.LabelledImage.Raw;
import kshot.data.source.RawImages;
import kshot.network.FeatureShape;
import net.razorvine.pickle.PickleException;

/**
 * A batch of square colour images from a pickle: {@code data}, unsigned bytes of images × (3 · side · side), one colour
 * after the other, and a list or array of labels.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record PickledBatch(FileEntry file, FeatureShape shape, byte[] data, int[] labels) {
    /**
     * Reads the batch in a file.
     *
     * @param labelKey the key of the labels
     * @throws IOException if the file is anything else
     */
    static PickledBatch read(FileEntry file, String labelKey) throws IOException {
        Map<String, Object> dictionary = ClosedUnpickler.dictionary(file);
        NumpyArray data = data(file, dictionary);
        int images = data.shape()[0];
        int values = data.shape()[1];
        int side = (int) Math.round(Math.sqrt(values / 3.0));
        if (side < 1 || 3 * side * side != values) {
            throw new IOException(file.path() + ": " + values + " values an image; expected: 3 x side x side");
        }
        int[] labels = labels(file, dictionary, labelKey);
        if (labels.length != images) {
            throw new IOException(file.path() + ": " + labels.length + " labels of " + images + " images");
        }
        return new PickledBatch(file, new FeatureShape(3, side, side), data.data(), labels);
    }

    /** Returns the pixels of all images in a file. */
    static byte[] data(FileEntry file) throws IOException {
        return data(file, ClosedUnpickler.dictionary(file)).data();
    }

    private static NumpyArray data(FileEntry file, Map<String, Object> dictionary) throws IOException {
        if (!(dictionary.get("data") instanceof NumpyArray data) || !data.isBytes() || data.shape().length != 2) {
            throw new IOException(file.path() + ": no array 'data' of unsigned bytes, images x values");
        }
        return data;
    }

    private static int[] labels(FileEntry file, Map<String, Object> dictionary, String key) throws IOException {
        try {
            if (dictionary.get(key) instanceof NumpyArray array) {
                return array.integers();
            }
            if (dictionary.get(key) instanceof List<?> list && list.stream().allMatch(Number.class::isInstance)) {
                return list.stream()
                        .mapToInt(label -> ((Number) label).intValue())
                        .toArray();
            }
        } catch (PickleException e) {
            throw new IOException(file.path() + ": '" + key + "': " + e.getMessage(), e);
        }
        throw new IOException(file.path() + ": no list '" + key + "' of integers");
    }

    /** Reads a list of names from the dictionary in a file, for example {@code label_names}. */
    static List<String> names(FileEntry file, String key) throws IOException {
        if (ClosedUnpickler.dictionary(file).get(key) instanceof List<?> list
                && list.stream().allMatch(ClosedUnpickler::isText)) {
            return list.stream()
                    .map(name -> ClosedUnpickler.text((Object) name))
                    .toList();
        }
        throw new IOException(file.path() + ": no list '" + key + "' of names");
    }

    /**
     * Returns the images with a label from {@code first} to {@code last}; their new labels count from 0.
     *
     * @throws IOException if there is no room for their list
     */
    List<LabelledImage> images(int first, int last, ListedImages listed) throws IOException {
        int[] kept = IntStream.range(0, labels.length)
                .filter(i -> labels[i] >= first && labels[i] <= last)
                .toArray();
        listed.add(kept.length);
        RawImages raw = new PickledImages(file, shape, data);
        return IntStream.of(kept)
                .mapToObj(i -> (LabelledImage) new Raw(raw, i, labels[i] - first))
                .toList();
    }

    /** Returns a label that is outside of {@code first} to {@code last}, if there is one. */
    Optional<Integer> labelOutside(int first, int last) {
        return Arrays.stream(labels)
                .filter(label -> label < first || label > last)
                .boxed()
                .findFirst();
    }
}
