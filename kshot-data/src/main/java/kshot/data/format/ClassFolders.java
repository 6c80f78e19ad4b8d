package kshot.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.format.LabelledImage.Encoded;

/**
 * A reader of class folders: a folder of images for each class, at the root or in {@code train}, {@code val} (or
 * {@code valid}, {@code validation}) and {@code test}. The images of a class may lie at any depth in its folder. Labels
 * follow the alphabetical order of the class names; images follow their paths.
 *
 * <p>{@code val} joins {@code train} if there is a {@code test}; without a {@code test} it is the test split, because
 * data sets that are published with {@code train} and {@code val} alone (ImageNet) report their results on {@code val}.
 */
final class ClassFolders {
    private static final Pattern IMAGE = Pattern.compile(".*\\.(png|jpe?g|jpe|gif|bmp)", Pattern.CASE_INSENSITIVE);
    private static final List<String> VALIDATION = List.of("val", "valid", "validation");

    private final FileTree tree;
    private final List<String> notes = new ArrayList<>();

    private ClassFolders(FileTree tree) {
        this.tree = tree;
    }

    static Optional<ImageSource> read(FileTree tree) throws IOException {
        boolean hasImages = tree.files().stream().anyMatch(ClassFolders::isImage);
        return hasImages ? Optional.of(new ClassFolders(tree).read()) : Optional.empty();
    }

    private static boolean isImage(FileEntry file) {
        return IMAGE.matcher(file.name()).matches();
    }

    private ImageSource read() throws IOException {
        List<String> roots = tree.foldersIn("");
        Optional<String> train = named(roots, List.of("train"));
        Optional<String> test = named(roots, List.of("test"));
        boolean split = train.isPresent() && !tree.foldersIn(train.get()).isEmpty();
        if (!split && test.isPresent() && roots.size() == 1) {
            throw new IOException("has a folder 'test' and no folder 'train'");
        }
        return split ? readSplits(train.get(), test, named(roots, VALIDATION)) : readWhole(roots);
    }

    private static Optional<String> named(List<String> folders, List<String> names) {
        return folders.stream()
                .filter(folder -> names.contains(folder.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    private ImageSource readWhole(List<String> roots) throws IOException {
        List<String> classes = classes("", roots);
        List<LabelledImage> train = images("", classes, classes);
        noteIgnored(train.size());
        return source(classes, train, List.of());
    }

    private ImageSource readSplits(String trainFolder, Optional<String> testFolder, Optional<String> valFolder)
            throws IOException {
        List<String> classes = classes(trainFolder, tree.foldersIn(trainFolder));
        List<LabelledImage> train = images(trainFolder, classes, classes);
        List<LabelledImage> test = testFolder.isPresent() ? heldOut(testFolder.get(), classes) : List.of();
        if (valFolder.isPresent()) {
            List<LabelledImage> val = heldOut(valFolder.get(), classes);
            if (testFolder.isPresent()) {
                notes.add("The " + val.size() + " images of '" + valFolder.get()
                        + "' were added to the training images.");
                train.addAll(val);
            } else {
                notes.add("'" + valFolder.get() + "' is used as the test split, as there is no folder 'test'.");
                test = val;
            }
        }
        noteIgnored(train.size() + test.size());
        return source(classes, train, test);
    }

    private ImageSource source(List<String> classes, List<LabelledImage> train, List<LabelledImage> test) {
        return new ImageSource("class folders", classes, train, test, ImageSource.mirrorable(classes), notes);
    }

    private List<String> classes(String folder, List<String> names) throws IOException {
        String place = folder.isEmpty() ? "" : " in '" + folder + "'";
        if (names.size() < 2) {
            throw new IOException(names.size() + " class folders" + place + (names.isEmpty() ? "" : ": " + names)
                    + "; needed: at least 2");
        }
        return names;
    }

    private List<LabelledImage> heldOut(String folder, List<String> classes) throws IOException {
        List<String> names = tree.foldersIn(folder);
        TreeSet<String> unknown = new TreeSet<>(names);
        unknown.removeAll(classes);
        if (names.isEmpty() || !unknown.isEmpty()) {
            throw new IOException(
                    names.isEmpty()
                            ? "'" + folder + "' has no class folders"
                            : "'" + folder + "' has the class folder '" + unknown.first()
                                    + "', which the training images lack");
        }
        return images(folder, names, classes);
    }

    private List<LabelledImage> images(String folder, List<String> names, List<String> classes) throws IOException {
        List<LabelledImage> images = new ArrayList<>();
        for (String name : names) {
            String path = folder.isEmpty() ? name : folder + "/" + name;
            List<FileEntry> files = tree.filesBelow(path);
            int label = Collections.binarySearch(classes, name);
            int before = images.size();
            files.stream().filter(ClassFolders::isImage).forEach(file -> images.add(new Encoded(file, label)));
            if (images.size() == before) {
                throw new IOException("class folder '" + path + "' has no JPEG, PNG, GIF or BMP image among its "
                        + files.size() + " files");
            }
        }
        return images;
    }

    private void noteIgnored(int used) {
        int ignored = tree.files().size() - used;
        if (ignored > 0) {
            notes.add(ignored + (ignored == 1 ? " file was" : " files were")
                    + " ignored: no image of a kind that is read, or outside of the class folders.");
        }
    }
}
