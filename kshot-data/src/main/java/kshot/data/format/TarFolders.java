package kshot.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.source.ImageSource;
import kshot.data.source.SplitNames;
import kshot.data.source.SplitNames.Role;

/**
 * A reader of class folders in tar archives, which stay as they are. An archive stands for a folder of its name, also one inside of
 * an archive. So ImageNet's {@code ILSVRC2012_img_train.tar}, a tar of a tar for each class, is read with {@code
 * ILSVRC2012_img_val.tar} and the development kit beside it, from which the {@link ValidationLabels} are.
 *
 * <p>Where images lie outside of archives, too, only archives that are named after a part of a data set ({@code train.tar}) count, and
 * only if there is no folder for that part.
 */
final class TarFolders {
    private TarFolders() {}

    static Optional<ImageSource> read(FileTree tree) throws IOException {
        Predicate<FileEntry> which = folders(tree);
        boolean any = tree.files().stream().anyMatch(which);
        if (!any && !ValidationLabels.areIn(tree)) {
            return Optional.empty();
        }
        FileTree folders = tree.withTarsAsFolders(which);
        Optional<ValidationLabels> labels = ValidationLabels.of(folders);
        Optional<ImageSource> source =
                ClassFolders.read(labels.isPresent() ? labels.get().inClassFolders(folders) : folders);
        return source.map(found -> described(found, any, labels));
    }

    private static ImageSource described(ImageSource source, boolean archives, Optional<ValidationLabels> labels) {
        List<String> notes = new ArrayList<>(source.notes());
        labels.ifPresent(known -> notes.add(known.note()));
        return new ImageSource(
                source.format() + (archives ? " in tar archives" : ""),
                source.classes(),
                source.train(),
                source.test(),
                source.mirrorable(),
                notes,
                source.leftOut());
    }

    /** Returns which archives stand for folders. */
    private static Predicate<FileEntry> folders(FileTree tree) throws IOException {
        if (tree.files().stream().noneMatch(FileTree::isTar)) {
            return file -> false;
        }
        List<FileEntry> images = ImageFiles.in(tree);
        if (images.isEmpty()) {
            return FileTree::isTar;
        }
        List<String> withImages = tree.foldersIn("").stream()
                .filter(folder -> !ImageFiles.below(images, folder).isEmpty())
                .toList();
        List<String> archives = tree.rootFiles().stream()
                .filter(FileTree::isTar)
                .map(TarFolders::stem)
                .toList();
        Map<String, Role> roles = SplitNames.roles(
                Stream.concat(withImages.stream(), archives.stream()).toList());
        List<Role> taken = withImages.stream().map(roles::get).toList();
        if (!roles.containsValue(Role.TRAIN)) {
            return file -> false;
        }
        List<String> parts = archives.stream()
                .filter(name -> roles.containsKey(name) && !taken.contains(roles.get(name)))
                .toList();
        return file -> !file.path().contains("/") && parts.contains(stem(file));
    }

    private static String stem(FileEntry file) {
        return file.name().replaceFirst("\\.[^.]*$", "");
    }
}
