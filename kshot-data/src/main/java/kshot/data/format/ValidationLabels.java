package kshot.data.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.source.SplitNames;
import kshot.data.source.SplitNames.Role;
import org.jspecify.annotations.Nullable;

/**
 * The classes of ImageNet's validation images, which lie in one folder, by their order. They stand in a text, a line for each
 * image: as names of classes ({@code imagenet_2012_validation_synset_labels.txt}), or as numbers ({@code
 * ILSVRC2012_validation_ground_truth.txt}), which the {@code meta.mat} of the same development kit explains. The kit may be
 * packed, as it comes ({@code ILSVRC2012_devkit_t12.tar.gz}).
 *
 * @param folder the folder of the images
 * @param file the name of the text
 * @param classes the class of each image
 */
record ValidationLabels(String folder, String file, List<String> classes) {
    private static final Pattern TEXT =
            Pattern.compile(".*val.*_(ground_truth|synset_labels)\\.txt", Pattern.CASE_INSENSITIVE);
    private static final Pattern KIT = Pattern.compile(".*devkit.*\\.(tar\\.gz|tgz)", Pattern.CASE_INSENSITIVE);
    private static final String NUMBERS = "meta.mat";
    private static final int LARGEST_FILE = 16 << 20;

    ValidationLabels {
        classes = List.copyOf(classes);
    }

    /** Returns whether a tree has such labels, by the names of its files. */
    static boolean areIn(FileTree tree) {
        return tree.files().stream()
                .anyMatch(file -> TEXT.matcher(file.name()).matches()
                        || KIT.matcher(file.name()).matches());
    }

    private static boolean isOfKit(FileEntry file) {
        return TEXT.matcher(file.name()).matches()
                || KIT.matcher(file.name()).matches()
                || file.name().equals(NUMBERS);
    }

    /**
     * Finds validation images that are in no class folders, and their labels; empty if either is missing.
     *
     * @throws IOException if the labels are not those of the images
     */
    static Optional<ValidationLabels> of(FileTree tree) throws IOException {
        String folder = folder(tree);
        if (folder == null) {
            return Optional.empty();
        }
        Optional<ValidationLabels> labels = inTree(tree, folder);
        for (FileEntry kit : tree.files()) {
            if (labels.isEmpty() && KIT.matcher(kit.name()).matches()) {
                try (FileTree inside = FileTree.inside(kit)) {
                    labels = inTree(inside, folder);
                }
            }
        }
        if (labels.isPresent()) {
            int images = images(tree, folder).size();
            ValidationLabels found = labels.get();
            if (found.classes.size() != images) {
                throw new IOException(found.file + ": " + found.classes.size()
                        + " labels; allowed: one for each of the " + images + " images in '" + folder + "'");
            }
        }
        return labels;
    }

    /** Returns the folder of validation images that are in no class folders; null if there is none. */
    private static @Nullable String folder(FileTree tree) throws IOException {
        for (Map.Entry<String, Role> part : SplitNames.roles(tree.foldersIn("")).entrySet()) {
            if (part.getValue() == Role.VALIDATION) {
                String folder = part.getKey();
                List<String> inside = tree.foldersIn(folder);
                while (inside.size() == 1 && images(tree, folder).isEmpty()) {
                    folder = folder + "/" + inside.get(0);
                    inside = tree.foldersIn(folder);
                }
                return inside.isEmpty() && !images(tree, folder).isEmpty() ? folder : null;
            }
        }
        return null;
    }

    /** Returns the images directly in a folder, sorted by name. */
    private static List<FileEntry> images(FileTree tree, String folder) throws IOException {
        int length = folder.length() + 1;
        return ImageFiles.among(tree.files().stream()
                .filter(file ->
                        file.path().startsWith(folder + "/") && file.path().indexOf('/', length) < 0)
                .toList());
    }

    private static Optional<ValidationLabels> inTree(FileTree tree, String folder) throws IOException {
        for (FileEntry text : tree.files()) {
            if (TEXT.matcher(text.name()).matches()) {
                List<String> lines = new String(text.read(LARGEST_FILE), StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
                boolean numbers = lines.stream().allMatch(line -> line.matches("\\d{1,9}"));
                return Optional.of(
                        new ValidationLabels(folder, text.name(), numbers ? named(lines, text, tree) : lines));
            }
        }
        return Optional.empty();
    }

    private static List<String> named(List<String> numbers, FileEntry text, FileTree tree) throws IOException {
        FileEntry meta = tree.files().stream()
                .filter(file -> file.name().equals(NUMBERS))
                .findFirst()
                .orElseThrow(() -> new IOException(text.name() + " has numbers of classes, and '" + NUMBERS
                        + "' of the same development kit, which says which they are, is missing"));
        Map<String, String> names = new HashMap<>();
        try {
            byte[] content = meta.read(LARGEST_FILE);
            List<String> ids = MatFile.field(content, "ILSVRC2012_ID");
            List<String> classes = MatFile.field(content, "WNID");
            for (int i = 0; i < Math.min(ids.size(), classes.size()); i++) {
                names.put(ids.get(i), classes.get(i));
            }
        } catch (IOException e) {
            throw new IOException(meta.path() + ": " + e.getMessage(), e);
        }
        List<String> classes = new ArrayList<>();
        for (String number : numbers) {
            String name = names.getOrDefault(number, "");
            if (name.isEmpty()) {
                throw new IOException(
                        text.name() + ": class " + number + "; allowed: a number that " + NUMBERS + " names");
            }
            classes.add(name);
        }
        return classes;
    }

    /** Returns the tree with each validation image in a folder of its class, and without the files of labels. */
    FileTree inClassFolders(FileTree tree) throws IOException {
        Map<String, String> moved = new HashMap<>();
        for (FileEntry image : images(tree, folder)) {
            moved.put(image.path(), folder + "/" + classes.get(moved.size()) + "/" + image.name());
        }
        return tree.withFiles(tree.files().stream()
                .filter(file -> !isOfKit(file))
                .map(file -> file.withPath(moved.getOrDefault(file.path(), file.path())))
                .toList());
    }

    /** Returns a sentence that says where the labels are from. */
    String note() {
        return "The classes of the " + classes.size() + " images of '" + folder + "' are those of " + file + ".";
    }
}
