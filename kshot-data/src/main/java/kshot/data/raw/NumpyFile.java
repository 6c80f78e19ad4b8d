package kshot.data.raw;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.raw.RawFile.Layout;
import kshot.data.source.ImageParts;
import kshot.data.source.ImageSource;
import kshot.data.source.LabelledImage;
import kshot.data.source.LabelledImage.Raw;
import kshot.data.source.RawImages;
import kshot.data.source.SplitNames;
import kshot.data.source.SplitNames.Role;
import kshot.network.FeatureShape;

/**
 * A reader of the arrays of a NumPy archive (NPZ): {@code train_images} and {@code train_labels}, and likewise for
 * {@code val} and {@code test}, as MedMNIST has them (Yang et al., 2023, doi:10.1038/s41597-022-01721-8), or {@code x_train} and
 * {@code y_train}. Images are unsigned bytes, images × height × width, with or without 1 or 3 channels at the end; labels
 * are integers, one for each image.
 */
public final class NumpyFile {
    private static final String SUFFIX = ".npy";

    private NumpyFile() {}

    /** The two arrays of a part. */
    private static final class Part {
        private final List<FileEntry> images = new ArrayList<>();
        private final List<FileEntry> labels = new ArrayList<>();
    }

    /**
     * Reads the files of a data set; nothing if they are others.
     *
     * @throws IOException if one is damaged
     */
    public static Optional<ImageSource> read(FileTree tree) throws IOException {
        Map<Role, Part> parts = new EnumMap<>(Role.class);
        for (FileEntry file : tree.rootFiles()) {
            String name = file.name().toLowerCase(Locale.ROOT);
            if (name.endsWith(SUFFIX)) {
                String stem = name.substring(0, name.length() - SUFFIX.length());
                Role role = SplitNames.role(stem);
                Part part = parts.computeIfAbsent(role == null ? Role.TRAIN : role, any -> new Part());
                (stem.matches("(.*_)?(labels?|y|targets?)(_.*)?") ? part.labels : part.images).add(file);
            }
        }
        Part train = parts.get(Role.TRAIN);
        if (train == null || train.images.size() != 1 || train.labels.size() != 1) {
            return Optional.empty();
        }
        return Optional.of(source(parts));
    }

    private static ImageSource source(Map<Role, Part> parts) throws IOException {
        ListedImages listed = new ListedImages();
        Map<Role, int[]> labels = new EnumMap<>(Role.class);
        Map<Role, RawImages> raw = new EnumMap<>(Role.class);
        for (Map.Entry<Role, Part> entry : parts.entrySet()) {
            Part part = entry.getValue();
            if (part.images.size() != 1 || part.labels.size() != 1) {
                throw new IOException(part.images.size() + " arrays of images and " + part.labels.size()
                        + " of labels for one part; expected: one of each");
            }
            int[] ofPart = labels(part.labels.get(0), listed);
            labels.put(entry.getKey(), ofPart);
            raw.put(entry.getKey(), images(part.images.get(0), ofPart.length));
        }
        TreeMap<Integer, Integer> classes = new TreeMap<>();
        for (int label : new TreeSet<>(IntStream.of(Objects.requireNonNull(labels.get(Role.TRAIN)))
                .boxed()
                .toList())) {
            classes.put(label, classes.size());
        }
        List<String> notes = new ArrayList<>();
        ImageParts joined = ImageParts.of(
                labelled(Role.TRAIN, labels, raw, classes),
                labelled(Role.VALIDATION, labels, raw, classes),
                labelled(Role.TEST, labels, raw, classes),
                notes);
        List<String> names = classes.keySet().stream().map(String::valueOf).toList();
        return new ImageSource("NumPy arrays", names, joined.train(), joined.test(), true, notes);
    }

    private static List<LabelledImage> labelled(
            Role role, Map<Role, int[]> labels, Map<Role, RawImages> raw, Map<Integer, Integer> classes)
            throws IOException {
        List<LabelledImage> images = new ArrayList<>();
        int[] ofPart = labels.getOrDefault(role, new int[0]);
        for (int i = 0; i < ofPart.length; i++) {
            Integer label = classes.get(ofPart[i]);
            if (label == null) {
                throw new IOException("label " + ofPart[i] + " does not occur in the training images");
            }
            images.add(new Raw(Objects.requireNonNull(raw.get(role)), i, label));
        }
        return images;
    }

    private static int[] labels(FileEntry file, ListedImages listed) throws IOException {
        try (NpyReader array = NpyReader.open(file)) {
            int[] shape = array.shape();
            long columns = IntStream.of(shape).skip(1).asLongStream().reduce(1, (a, b) -> a * b);
            if (shape.length == 0 || columns != 1) {
                throw new IOException(file.path() + ": labels of shape " + array.shapeText()
                        + "; allowed: one integer for each image");
            }
            listed.add(shape[0]);
            return array.integers();
        }
    }

    private static RawImages images(FileEntry file, int labels) throws IOException {
        try (NpyReader array = NpyReader.open(file)) {
            int[] shape = array.shape();
            boolean grey = shape.length == 3 || (shape.length == 4 && shape[3] == 1);
            if (!array.isBytes() || !(grey || (shape.length == 4 && shape[3] == 3))) {
                throw new IOException(file.path() + ": " + array.typeName() + " of shape " + array.shapeText()
                        + "; allowed: unsigned bytes (u1), images x height x width, with 1 or 3 channels at"
                        + " the end or none");
            }
            if (shape[0] != labels) {
                throw new IOException(file.path() + ": " + shape[0] + " images for " + labels + " labels");
            }
            FeatureShape each = new FeatureShape(grey ? 1 : 3, shape[1], shape[2]);
            Layout layout = new Layout(each, labels, array.header(), 0, RawFile.Order.CHANNELS_LAST);
            return new RawFile(file, () -> new BufferedInputStream(file.open(), 1 << 16), layout);
        }
    }
}
