package kshot.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import kshot.data.files.FileEntry;
import kshot.data.files.FileTree;
import kshot.data.files.LeftOut;
import kshot.data.files.LeftOut.Reason;
import kshot.data.files.PathBudget;
import kshot.data.format.WebDatasetSamples.Sample;
import kshot.data.image.ImageFormat;
import kshot.data.source.ImageParts;
import kshot.data.source.ImageSource;
import kshot.data.source.LabelledImage;
import kshot.data.source.LabelledImage.Encoded;
import kshot.data.source.SplitNames;
import kshot.data.source.SplitNames.Role;

/**
 * A reader of WebDataset shards: tar archives of samples, each of which is the files of one name, {@code 0123.jpg} with {@code
 * 0123.cls} (a number or a name) or {@code 0123.json} (with a member {@code label}). The shards stay as they are; images are read
 * by their place. A shard belongs to the part of the data set ({@code train}, {@code val}, {@code test}) that its folder or its name
 * says, else to the training images.
 *
 * <p>Numbers count the lines of {@code classnames.txt} or {@code classes.txt} beside the shards, from 0 on; without it, classes are
 * named by their numbers.
 */
final class WebDataset {
    private final FileTree tree;
    private final List<FileEntry> shards;
    private final Map<Role, List<Sample>> parts = new EnumMap<>(Role.class);
    private final List<LeftOut> leftOut;
    private final PathBudget budget = new PathBudget();

    /** The labels so far, each held once for all of its images. */
    private final Map<String, String> known = new HashMap<>();

    private WebDataset(FileTree tree, List<FileEntry> shards) {
        this.tree = tree;
        this.shards = shards;
        this.leftOut = new ArrayList<>(tree.leftOut());
    }

    static Optional<ImageSource> read(FileTree tree) throws IOException {
        if (WebDatasetSamples.hasLabels(tree.rootFiles(), false)) {
            return Optional.of(new WebDataset(tree, List.of()).source());
        }
        List<FileEntry> tars = tree.files().stream().filter(FileTree::isTar).toList();
        if (tars.isEmpty() || tree.files().stream().anyMatch(ImageFormat::hasNameOfImage)) {
            return Optional.empty();
        }
        FileEntry first = tars.get(0);
        try (FileTree inside = FileTree.inside(first)) {
            return WebDatasetSamples.hasLabels(inside.files(), true)
                    ? Optional.of(new WebDataset(tree, tars).source())
                    : Optional.empty();
        }
    }

    private ImageSource source() throws IOException {
        if (shards.isEmpty()) {
            add(new WebDatasetSamples(tree.files()), Role.TRAIN);
        } else {
            Map<String, Role> roles = SplitNames.roles(
                    shards.stream().map(WebDataset::part).distinct().toList());
            Set<String> used = new HashSet<>();
            for (FileEntry shard : shards) {
                used.add(shard.path());
                addShard(shard, roles.getOrDefault(part(shard), Role.TRAIN));
            }
            tree.files().stream()
                    .filter(file -> !used.contains(file.path()) && !ClassNames.isFile(file))
                    .forEach(file -> leftOut.add(new LeftOut(file.path(), Reason.NO_IMAGE)));
        }
        return joined();
    }

    /** Returns what names the part of a shard: its folder, or its own name without its number. */
    private static String part(FileEntry shard) {
        int slash = shard.path().indexOf('/');
        return slash > 0 ? shard.path().substring(0, slash) : shard.name().replaceFirst("[-_.]?\\d*\\.[^.]*$", "");
    }

    private void addShard(FileEntry shard, Role role) throws IOException {
        try (FileTree inside = FileTree.inside(shard)) {
            List<FileEntry> files = new ArrayList<>();
            for (FileEntry file : inside.files()) {
                files.add(file.withPath(shard.path() + "/" + file.path()));
            }
            for (LeftOut left : inside.leftOut()) {
                leftOut.add(new LeftOut(shard.path() + "/" + left.path(), left.reason(), left.detail()));
            }
            add(new WebDatasetSamples(files), role);
        }
    }

    private void add(WebDatasetSamples samples, Role role) throws IOException {
        for (Sample sample : samples.labelled()) {
            budget.add(sample.image().path());
            if (role == Role.UNLABELLED) {
                leftOut.add(new LeftOut(sample.image().path(), Reason.UNLABELLED));
            } else {
                String label = known.computeIfAbsent(sample.label(), same -> same);
                parts.computeIfAbsent(role, any -> new ArrayList<>()).add(new Sample(sample.image(), label));
            }
        }
        for (LeftOut left : samples.leftOut()) {
            budget.add(left.path());
            leftOut.add(left);
        }
    }

    private ImageSource joined() throws IOException {
        List<Sample> train = parts.getOrDefault(Role.TRAIN, List.of());
        if (train.isEmpty()) {
            throw new IOException("none of the " + shards.size() + " shards has labelled images to train on");
        }
        Set<String> labels = new TreeSet<>();
        train.forEach(sample -> labels.add(sample.label()));
        ClassNames classes = ClassNames.of(labels, tree);
        List<String> notes = new ArrayList<>();
        ImageParts joined = ImageParts.of(
                images(train, classes),
                images(parts.getOrDefault(Role.VALIDATION, List.of()), classes),
                images(parts.getOrDefault(Role.TEST, List.of()), classes),
                notes);
        return new ImageSource(
                "WebDataset shards",
                classes.names(),
                joined.train(),
                joined.test(),
                ImageSource.mirrorable(classes.names()) || classes.areOnlyNumbers(),
                notes,
                leftOut);
    }

    private static List<LabelledImage> images(List<Sample> samples, ClassNames classes) throws IOException {
        List<LabelledImage> images = new ArrayList<>();
        for (Sample sample : samples) {
            images.add(new Encoded(sample.image(), classes.index(sample.label(), sample.image())));
        }
        return images;
    }
}
