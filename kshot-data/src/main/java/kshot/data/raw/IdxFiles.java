package kshot.data.raw;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.raw.RawFile.Layout;
import kshot.data.source.ImageSource;
import kshot.data.source.LabelledImage;
import kshot.data.source.LabelledImage.Raw;
import kshot.data.source.RawImages;
import kshot.network.FeatureShape;

/**
 * A reader of IDX files (LeCun, Cortes and Burges, the MNIST database): {@code train-images-idx3-ubyte} and its
 * relatives, gzipped or not. A file is 0, 0, 8 (unsigned bytes), the number of dimensions, the size of each dimension
 * in four bytes with the highest first, then the values.
 *
 * <p>The classes are the labels that occur; they are named by the lines of a file {@code classes.txt} (the first is
 * label 0) where there is one, and by their numbers otherwise.
 */
public final class IdxFiles {
    private static final Pattern NAME = Pattern.compile(
            "(.*?)(train|t10k|test)[-_.](images|labels)[-_.]idx[13]-ubyte(\\.gz)?", Pattern.CASE_INSENSITIVE);
    private static final int UNSIGNED_BYTES = 8;
    private static final int MOST_IMAGES = 10_000_000;
    private static final int LARGEST_SIDE = 1024;

    private IdxFiles() {}

    /**
     * Reads the files of a data set; nothing if they are others.
     *
     * @throws IOException if one is damaged
     */
    public static Optional<ImageSource> read(FileTree tree) throws IOException {
        Map<String, FileEntry> files = find(tree);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        ListedImages listed = new ListedImages();
        int[] trainLabels = labels(required(files, "train labels"), listed);
        RawImages trainImages = images(required(files, "train images"), trainLabels.length);
        boolean hasTest = files.containsKey("test images") || files.containsKey("test labels");
        int[] testLabels = hasTest ? labels(required(files, "test labels"), listed) : new int[0];
        RawImages testImages = hasTest ? images(required(files, "test images"), testLabels.length) : trainImages;
        int[] present = IntStream.of(trainLabels).distinct().sorted().toArray();
        List<String> classes = names(tree, present);
        return Optional.of(new ImageSource(
                "IDX files",
                classes,
                labelled(trainImages, trainLabels, present),
                labelled(testImages, testLabels, present),
                ImageSource.mirrorable(classes),
                List.of()));
    }

    /** Returns the files by split and kind, for example "train images". */
    private static Map<String, FileEntry> find(FileTree tree) throws IOException {
        Map<String, FileEntry> files = new TreeMap<>();
        String prefix = "";
        for (FileEntry file : tree.rootFiles()) {
            Matcher name = NAME.matcher(file.name());
            if (!name.matches()) {
                continue;
            }
            if (!files.isEmpty() && !prefix.equals(name.group(1))) {
                throw new IOException("holds several data sets of IDX files, '" + prefix + "...' and '" + name.group(1)
                        + "...'; expected: one");
            }
            prefix = name.group(1);
            String part = name.group(2).equalsIgnoreCase("train") ? "train" : "test";
            files.putIfAbsent(part + " " + name.group(3).toLowerCase(Locale.ROOT), file);
        }
        return files;
    }

    private static FileEntry required(Map<String, FileEntry> files, String key) throws IOException {
        FileEntry file = files.get(key);
        if (file == null) {
            throw new IOException("the IDX file of the " + key + " is missing; found: "
                    + files.values().stream().map(FileEntry::name).toList());
        }
        return file;
    }

    private static int[] labels(FileEntry file, ListedImages listed) throws IOException {
        try (DataInputStream in = open(file)) {
            int count = extents(file, in, 1)[0];
            listed.add(count);
            byte[] bytes = in.readNBytes(count);
            requireEnd(file, in, bytes.length == count);
            return IntStream.range(0, count).map(i -> bytes[i] & 0xFF).toArray();
        }
    }

    private static RawImages images(FileEntry file, int labels) throws IOException {
        try (DataInputStream in = open(file)) {
            int[] extents = extents(file, in, 3);
            if (extents[0] != labels) {
                throw new IOException(file.path() + ": " + extents[0] + " images for " + labels + " labels");
            }
            if (extents[1] > LARGEST_SIDE || extents[2] > LARGEST_SIDE) {
                throw new IOException(file.path() + ": images of " + extents[2] + "x" + extents[1]
                        + " pixels; allowed: up to " + LARGEST_SIDE + "x" + LARGEST_SIDE);
            }
            FeatureShape shape = new FeatureShape(1, extents[1], extents[2]);
            int header = Integer.BYTES * (1 + extents.length);
            return new RawFile(
                    file, () -> open(file), new Layout(shape, labels, header, 0, RawFile.Order.CHANNELS_LAST));
        }
    }

    private static DataInputStream open(FileEntry file) throws IOException {
        InputStream in = file.open();
        try {
            boolean gzipped = file.name().endsWith(".gz");
            return new DataInputStream(
                    new BufferedInputStream(gzipped ? new GZIPInputStream(in, 1 << 16) : in, 1 << 16));
        } catch (IOException e) {
            in.close();
            throw new IOException(file.path() + ": " + e.getMessage(), e);
        }
    }

    private static int[] extents(FileEntry file, DataInputStream in, int dimensions) throws IOException {
        try {
            int magic = in.readInt();
            if (magic != ((UNSIGNED_BYTES << 8) | dimensions)) {
                throw new IOException("starts with 0x" + Integer.toHexString(magic) + "; expected: unsigned bytes in "
                        + dimensions + " dimensions, 0x" + Integer.toHexString((UNSIGNED_BYTES << 8) | dimensions));
            }
            int[] extents = new int[dimensions];
            for (int i = 0; i < dimensions; i++) {
                extents[i] = in.readInt();
                if (extents[i] < 1 || extents[i] > MOST_IMAGES) {
                    throw new IOException("extent " + extents[i] + "; allowed: 1 to " + MOST_IMAGES);
                }
            }
            return extents;
        } catch (IOException e) {
            String problem = e instanceof EOFException ? "the header is cut off" : e.getMessage();
            throw new IOException(file.path() + ": " + problem, e);
        }
    }

    private static void requireEnd(FileEntry file, InputStream in, boolean complete) throws IOException {
        if (!complete || in.read() >= 0) {
            throw new IOException(file.path() + ": " + (complete ? "longer" : "shorter") + " than its header says");
        }
    }

    private static List<String> names(FileTree tree, int[] present) throws IOException {
        FileEntry file = BatchFiles.rootFiles(tree).get("classes.txt");
        if (file == null) {
            return IntStream.of(present).mapToObj(Integer::toString).toList();
        }
        List<String> lines = new String(file.read(1 << 20), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .toList();
        int last = present[present.length - 1];
        if (lines.size() <= last) {
            throw new IOException(file.path() + ": " + lines.size() + " class names; the labels reach to " + last);
        }
        return IntStream.of(present).mapToObj(lines::get).toList();
    }

    private static List<LabelledImage> labelled(RawImages raw, int[] labels, int[] present) throws IOException {
        List<LabelledImage> images = new ArrayList<>(labels.length);
        for (int i = 0; i < labels.length; i++) {
            int label = Arrays.binarySearch(present, labels[i]);
            if (label < 0) {
                throw new IOException("label " + labels[i] + " occurs in the test images only");
            }
            images.add(new Raw(raw, i, label));
        }
        return images;
    }
}
