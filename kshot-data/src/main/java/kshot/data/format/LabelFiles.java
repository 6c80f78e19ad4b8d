package kshot.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.files.LeftOut;
import kshot.data.files.LeftOut.Reason;
import kshot.data.source.ImageParts;
import kshot.data.source.ImageSource;
import kshot.data.source.LabelledImage;
import kshot.data.source.LabelledImage.Encoded;
import kshot.data.source.SplitNames;
import kshot.data.source.SplitNames.Role;
import org.jspecify.annotations.Nullable;

/**
 * A reader of images whose labels stand in CSV files: in each row the name of an image file and its label. A part
 * ({@code train}, {@code val}, {@code test}) is what a column with such values says, else the name of the CSV file, else
 * the folder of the image. A file that labels fewer than {@value #LEAST_PERCENT} % of the images is no file of labels.
 */
final class LabelFiles {
    private static final int LEAST_PERCENT = 50;
    private static final int DEEPEST = 3;

    /** The largest share of classes among images: more are numbers to be predicted, not classes. */
    private static final double MOST_CLASSES = 0.5;

    /** An image's label and part. */
    private record Label(String name, Role role, String file) {}

    private final FileTree tree;
    private final List<FileEntry> images;
    private final ImageNames names;
    private final Map<String, Label> labels = new LinkedHashMap<>();
    private final List<LeftOut> leftOut = new ArrayList<>();
    private final Set<String> tables = new TreeSet<>();

    private LabelFiles(FileTree tree, List<FileEntry> images) {
        this.tree = tree;
        this.images = images;
        this.names = new ImageNames(images);
    }

    static Optional<ImageSource> read(FileTree tree) throws IOException {
        List<FileEntry> files = tree.files().stream()
                .filter(file -> file.path().chars().filter(c -> c == '/').count() < DEEPEST)
                .filter(LabelTable::isTable)
                .toList();
        List<FileEntry> images = files.isEmpty() ? List.of() : ImageFiles.in(tree);
        return images.isEmpty() ? Optional.empty() : new LabelFiles(tree, images).readTables(files);
    }

    private Optional<ImageSource> readTables(List<FileEntry> files) throws IOException {
        Map<String, Role> roles =
                SplitNames.roles(files.stream().map(file -> stem(file.name())).toList());
        for (FileEntry file : files) {
            Optional<LabelTable> table = LabelTable.read(file, names);
            if (table.isPresent()) {
                tables.add(file.path());
                add(file, table.get(), roles.get(stem(file.name())));
            }
        }
        return labels.size() * 100L < (long) LEAST_PERCENT * images.size() ? Optional.empty() : Optional.of(source());
    }

    private static String stem(String name) {
        return name.replaceFirst("\\.[^.]*$", "");
    }

    private void add(FileEntry file, LabelTable table, @Nullable Role ofFile) throws IOException {
        int missing = 0;
        for (LabelTable.Row row : table.rows()) {
            Optional<FileEntry> image = names.find(row.image(), file);
            if (image.isEmpty()) {
                missing++;
                leftOut.add(new LeftOut(row.image(), Reason.MISSING, file.path() + ", line " + row.line()));
                continue;
            }
            String path = image.get().path();
            Role role = row.part() != null ? part(file, row) : ofFile != null ? ofFile : ofFolder(path);
            Label label = new Label(row.label(), role, file.path());
            Label other = labels.putIfAbsent(path, label);
            if (other != null && !other.name().equals(label.name())) {
                throw new IOException("'" + path + "' has the labels '" + other.name() + "' (" + other.file()
                        + ") and '" + label.name() + "' (" + label.file() + "); allowed: one label for each image");
            }
        }
        if (missing > Math.max(1, table.rows().size() / 100)) {
            throw new IOException(
                    file.path() + ": " + missing + " of " + table.rows().size()
                            + " rows name an image that is not there; the first is '"
                            + leftOut.get(leftOut.size() - missing).path() + "'");
        }
    }

    private static Role part(FileEntry file, LabelTable.Row row) throws IOException {
        Role role = SplitNames.role(String.valueOf(row.part()));
        if (role == null) {
            throw new IOException(
                    file.path() + ", line " + row.line() + ": part '" + row.part() + "'; allowed: train, val or test");
        }
        return role;
    }

    private static Role ofFolder(String path) {
        return Stream.of(path.split("/"))
                .limit(path.chars().filter(c -> c == '/').count())
                .flatMap(folder -> Stream.ofNullable(SplitNames.role(folder)))
                .findFirst()
                .orElse(Role.TRAIN);
    }

    private ImageSource source() throws IOException {
        List<String> classes = labels.values().stream()
                .map(Label::name)
                .distinct()
                .sorted(LabelFiles::compare)
                .toList();
        if (classes.size() < 2 || classes.size() > Math.max(2, MOST_CLASSES * labels.size())) {
            throw new IOException(classes.size() + " different labels of " + labels.size() + " images in " + tables
                    + "; allowed: 2 to half as many as there are images");
        }
        Map<Role, List<LabelledImage>> parts = new HashMap<>();
        for (FileEntry image : images) {
            Label label = labels.get(image.path());
            if (label != null) {
                parts.computeIfAbsent(label.role(), role -> new ArrayList<>())
                        .add(new Encoded(image, Collections.binarySearch(classes, label.name(), LabelFiles::compare)));
            }
        }
        List<LabelledImage> train = parts.getOrDefault(Role.TRAIN, List.of());
        List<String> notes = new ArrayList<>();
        if (train.isEmpty()) {
            throw new IOException("no image in " + tables + " is one to train on");
        }
        ImageParts joined = ImageParts.of(
                train, parts.getOrDefault(Role.VALIDATION, List.of()), parts.getOrDefault(Role.TEST, List.of()), notes);
        Set<String> used = new HashSet<>(tables);
        used.addAll(labels.keySet());
        leftOut.addAll(ImageFiles.unused(tree, images, used, Reason.UNLABELLED));
        return new ImageSource(
                "images with labels in " + String.join(", ", tables),
                classes,
                joined.train(),
                joined.test(),
                ImageSource.mirrorable(classes),
                notes,
                leftOut);
    }

    /** Compares labels: whole numbers by their value, others by their text. */
    private static int compare(String a, String b) {
        boolean numbers = a.matches("\\d{1,18}") && b.matches("\\d{1,18}");
        int byValue = numbers ? Long.compare(Long.parseLong(a), Long.parseLong(b)) : 0;
        return byValue != 0 ? byValue : a.compareTo(b);
    }

    /** The image files of a data set by the names that a table may give them. */
    static final class ImageNames {
        private final Map<String, FileEntry> byPath = new HashMap<>();
        private final Map<String, @Nullable FileEntry> byName = new HashMap<>();

        ImageNames(List<FileEntry> images) {
            for (FileEntry image : images) {
                byPath.put(image.path().toLowerCase(Locale.ROOT), image);
                addName(image.name().toLowerCase(Locale.ROOT), image);
                addName(stem(image.name()).toLowerCase(Locale.ROOT), image);
            }
        }

        /** Adds a name; one that several images share stands for none. */
        private void addName(String name, FileEntry image) {
            if (byName.containsKey(name) && !image.equals(byName.get(name))) {
                byName.put(name, null);
            } else {
                byName.put(name, image);
            }
        }

        /**
         * Finds an image by its path from the table or from the root, by its name if that is the only one, or by its name
         * without the extension.
         */
        Optional<FileEntry> find(String name, FileEntry table) {
            String path = name.strip()
                    .replace('\\', '/')
                    .replaceFirst("^(\\./|/)+", "")
                    .toLowerCase(Locale.ROOT);
            int slash = table.path().lastIndexOf('/');
            String beside = table.path().substring(0, slash + 1).toLowerCase(Locale.ROOT) + path;
            FileEntry found = byPath.getOrDefault(beside, byPath.get(path));
            return Optional.ofNullable(found != null ? found : byName.get(path.substring(path.lastIndexOf('/') + 1)));
        }
    }
}
