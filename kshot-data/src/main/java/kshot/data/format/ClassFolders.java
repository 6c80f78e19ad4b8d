package kshot.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
 * A reader of class folders: a folder of images for each class, at the top or in folders named after the parts of a data
 * set, such as {@code train}, {@code val} and {@code test}, or each class with such folders inside. The images of a class may lie at
 * any depth in its folder. Labels follow the alphabetical order of the class names; images follow their paths.
 *
 * <p>{@code val} joins {@code train} if there is a {@code test}; without a {@code test} it is the test split, because
 * data sets that are published with {@code train} and {@code val} alone (ImageNet) report their results on {@code val}.
 *
 * <p>A folder that looks like a part of a data set is never taken for a class.
 */
final class ClassFolders {
    private static final Pattern TRAINS = Pattern.compile("trains?", Pattern.CASE_INSENSITIVE);

    private final FileTree tree;
    private final List<FileEntry> images;
    private final Set<String> used = new HashSet<>();
    private final List<LeftOut> leftOut = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** The folders of the parts, each a path; a part that is absent has none. */
    private final Map<Role, String> parts = new EnumMap<>(Role.class);

    private ClassFolders(FileTree tree, List<FileEntry> images) {
        this.tree = tree;
        this.images = images;
    }

    static Optional<ImageSource> read(FileTree tree) throws IOException {
        List<FileEntry> images = ImageFiles.in(tree);
        return images.isEmpty() ? Optional.empty() : Optional.of(new ClassFolders(tree, images).read());
    }

    private ImageSource read() throws IOException {
        String root = root();
        List<String> folders = tree.foldersIn(root);
        Map<String, Role> roles = new LinkedHashMap<>(SplitNames.roles(folders));
        keepTrains(root, folders, roles);
        for (Map.Entry<String, Role> split : roles.entrySet()) {
            String folder = path(root, split.getKey());
            if (split.getValue() == Role.UNLABELLED || withImages(folder).isEmpty()) {
                leaveOutPart(folder, split.getValue());
            } else if (parts.putIfAbsent(split.getValue(), folder) != null) {
                throw new IOException("both '" + parts.get(split.getValue()) + "' and '" + folder + "' look like the "
                        + words(split.getValue()) + " images; expected: one of them");
            }
        }
        List<String> others =
                folders.stream().filter(name -> !roles.containsKey(name)).toList();
        return parts.isEmpty() ? ofClasses(root, others) : ofParts();
    }

    /** Takes 'train' for a class, the vehicle, where it stands beside other classes and holds images itself. */
    private void keepTrains(String root, List<String> folders, Map<String, Role> roles) {
        if (roles.size() == 1 && folders.size() > 2) {
            String name = roles.keySet().iterator().next();
            if (TRAINS.matcher(name).matches() && withImages(path(root, name)).isEmpty()) {
                roles.clear();
                notes.add("The folder '" + name + "' is taken for a class, as it has no class folders.");
            }
        }
    }

    /** Returns the folder that holds the data set: the outermost one with anything but a single folder. */
    private String root() {
        String root = "";
        while (true) {
            List<String> folders = withImages(root);
            String prefix = root.isEmpty() ? "" : root + "/";
            boolean imagesBeside = images.stream()
                    .anyMatch(file ->
                            file.path().startsWith(prefix) && file.path().indexOf('/', prefix.length()) < 0);
            if (folders.size() != 1 || imagesBeside || SplitNames.role(folders.get(0)) != null) {
                return root;
            }
            root = path(root, folders.get(0));
        }
    }

    private static String path(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    /** Returns the names of the folders in a folder that hold images at any depth. */
    private List<String> withImages(String folder) {
        return tree.foldersIn(folder).stream()
                .filter(name -> !imagesBelow(path(folder, name)).isEmpty())
                .toList();
    }

    private List<FileEntry> imagesBelow(String folder) {
        return ImageFiles.below(images, folder);
    }

    /** Leaves out a folder that is named after a part of a data set and holds no class folders. */
    private void leaveOutPart(String folder, Role role) throws IOException {
        List<FileEntry> inside = imagesBelow(folder);
        if (inside.isEmpty()) {
            return; // an empty folder
        }
        if (role == Role.TRAIN) {
            throw new IOException("'" + folder + "' looks like the training images, and has no class folders; it holds "
                    + inside.size() + " images");
        }
        inside.forEach(file -> leaveOut(file.path(), Reason.UNLABELLED));
        notes.add("'" + folder + "' has no class folders: its " + inside.size() + " images are left out.");
    }

    private void leaveOut(String path, Reason reason) {
        used.add(path);
        leftOut.add(new LeftOut(path, reason));
    }

    private ImageSource ofClasses(String root, List<String> folders) throws IOException {
        List<String> classes = classes(root, folders);
        Optional<ImageSource> divided = ofDividedClasses(root, classes);
        if (divided.isPresent()) {
            return divided.get();
        }
        for (String name : classes) {
            String folder = path(root, name);
            Map<String, Role> inside = SplitNames.roles(withImages(folder));
            if (new HashSet<>(inside.values()).size() > 1
                    || (SplitNames.looksLikeSplit(name) && !withImages(folder).isEmpty())) {
                throw new IOException(
                        "'" + folder + "' looks like a part of a data set, and not like a class: it holds the"
                                + " folders " + withImages(folder) + "; name the parts 'train', 'val' and 'test'");
            }
        }
        noteEqualFolders(root, classes);
        List<LabelledImage> train = labelled(root, classes, classes);
        return source(classes, train, List.of());
    }

    /** Says that the folders inside of all classes have the same names: the classes may be meant to be those. */
    private void noteEqualFolders(String root, List<String> classes) {
        List<String> first = withImages(path(root, classes.get(0)));
        boolean equal = first.size() > 1
                && classes.stream()
                        .allMatch(name -> withImages(path(root, name)).equals(first));
        if (equal) {
            notes.add("Each of the classes " + shortened(classes) + " holds the same folders " + shortened(first)
                    + ": if those are meant to be the classes, give other folders.");
        }
    }

    private static String shortened(List<String> names) {
        return names.stream().limit(5).map(name -> "'" + name + "'").collect(Collectors.joining(", "))
                + (names.size() > 5 ? ", …" : "");
    }

    /** Reads classes that are divided into training and test images each by itself. */
    private Optional<ImageSource> ofDividedClasses(String root, List<String> classes) throws IOException {
        Set<Role> found = new HashSet<>();
        for (String name : classes) {
            List<String> inside = withImages(path(root, name));
            Map<String, Role> roles = SplitNames.roles(inside);
            if (inside.isEmpty() || roles.size() < inside.size() || !roles.containsValue(Role.TRAIN)) {
                return Optional.empty();
            }
            found.addAll(roles.values());
        }
        if (found.size() == 1) {
            return Optional.empty();
        }
        Map<Role, List<LabelledImage>> images = new EnumMap<>(Role.class);
        for (String name : classes) {
            String folder = path(root, name);
            for (Map.Entry<String, Role> part :
                    SplitNames.roles(withImages(folder)).entrySet()) {
                images.computeIfAbsent(part.getValue(), role -> new ArrayList<>())
                        .addAll(labelled(path(folder, part.getKey()), Collections.binarySearch(classes, name)));
            }
        }
        notes.add("Each class has folders of its own for training and test.");
        return Optional.of(joined(
                classes,
                images.getOrDefault(Role.TRAIN, List.of()),
                images.getOrDefault(Role.VALIDATION, List.of()),
                images.getOrDefault(Role.TEST, List.of()),
                "the classes' validation folders"));
    }

    private ImageSource ofParts() throws IOException {
        String trainFolder = parts.get(Role.TRAIN);
        if (trainFolder == null) {
            throw new IOException("has a folder '" + parts.values().iterator().next() + "' and no folder 'train'");
        }
        List<String> classes = classes(trainFolder, tree.foldersIn(trainFolder));
        List<LabelledImage> train = labelled(trainFolder, classes, classes);
        return joined(
                classes,
                train,
                heldOut(parts.get(Role.VALIDATION), classes),
                heldOut(parts.get(Role.TEST), classes),
                "'" + parts.get(Role.VALIDATION) + "'");
    }

    /** Decides what images for validation are used as. */
    private ImageSource joined(
            List<String> classes,
            List<LabelledImage> train,
            List<LabelledImage> validation,
            List<LabelledImage> test,
            String nameOfValidation) {
        ImageParts joined = ImageParts.of(
                train,
                validation,
                test,
                nameOfValidation + " is used as the test split, as there is no folder 'test'.",
                "The " + validation.size() + " images of " + nameOfValidation + " were added to the training images.",
                notes);
        return source(classes, joined.train(), joined.test());
    }

    /** Returns the classes among folders, and leaves out those that are empty. */
    private List<String> classes(String parent, List<String> folders) throws IOException {
        List<String> classes = new ArrayList<>();
        for (String name : folders) {
            String folder = path(parent, name);
            if (imagesBelow(folder).isEmpty()) {
                leftOut.add(new LeftOut(folder, Reason.EMPTY));
            } else {
                classes.add(name);
            }
        }
        if (classes.size() < 2) {
            String place = parent.isEmpty() ? "" : " in '" + parent + "'";
            throw new IOException(classes.size() + " class folders" + place + (classes.isEmpty() ? "" : ": " + classes)
                    + "; needed: at least 2");
        }
        return classes;
    }

    private List<LabelledImage> heldOut(@Nullable String folder, List<String> classes) throws IOException {
        if (folder == null) {
            return List.of();
        }
        List<String> names = withImages(folder);
        TreeSet<String> unknown = new TreeSet<>(names);
        unknown.removeAll(classes);
        if (!unknown.isEmpty()) {
            throw new IOException(
                    "'" + folder + "' has the class folder '" + unknown.first() + "', which the training images lack");
        }
        return labelled(folder, names, classes);
    }

    private List<LabelledImage> labelled(String parent, List<String> names, List<String> classes) {
        return names.stream()
                .flatMap(name -> labelled(path(parent, name), Collections.binarySearch(classes, name)).stream())
                .toList();
    }

    private List<LabelledImage> labelled(String folder, int label) {
        List<LabelledImage> labelled = new ArrayList<>();
        for (FileEntry file : imagesBelow(folder)) {
            used.add(file.path());
            labelled.add(new Encoded(file, label));
        }
        return labelled;
    }

    private ImageSource source(List<String> classes, List<LabelledImage> train, List<LabelledImage> test) {
        leftOut.addAll(ImageFiles.unused(tree, images, used, Reason.OUTSIDE));
        return new ImageSource("class folders", classes, train, test, ImageSource.mirrorable(classes), notes, leftOut);
    }

    private static String words(Role role) {
        return switch (role) {
            case TRAIN -> "training";
            case VALIDATION -> "validation";
            case TEST -> "test";
            case UNLABELLED -> "unlabelled";
        };
    }
}
