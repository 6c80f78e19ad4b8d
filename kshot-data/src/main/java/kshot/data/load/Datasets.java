package kshot.data.load;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import kshot.common.InvalidInputException;
import kshot.data.Dataset;
import kshot.data.DatasetReport.ClassCount;
import kshot.data.ImageSet;
import kshot.data.Normalization;
import kshot.data.Split;
import kshot.data.files.FileEntry;
import kshot.data.files.FileSpec;
import kshot.data.files.FileTree;
import kshot.data.files.LeftOut;
import kshot.data.format.Formats;
import kshot.data.source.ImageSource;
import org.jspecify.annotations.Nullable;

/** Reads data sets. */
public final class Datasets {
    /** The bundled data set: 10,000 training and 2,000 test images of Fashion-MNIST. */
    public static final String SAMPLE = "sample";

    private static final List<String> SAMPLE_FILES = List.of(
            "classes.txt",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz");

    /** Classes that a note names at most. */
    private static final int NAMED = 10;

    private Datasets() {}

    /**
     * Reads a data set. If it has no test split, one is drawn from the training images by the seed, class by class.
     *
     * @param spec the word {@code sample}, or the path of a folder or archive, or a pattern for the paths of shards as {@link
     *     FileSpec} has it
     * @throws InvalidInputException if there is none, or its format is not recognised, or a file is damaged
     */
    public static Dataset load(String spec, DataOptions options) {
        try {
            return spec.equals(SAMPLE) ? loadSample(options) : loadPath(existing(spec), options);
        } catch (IOException e) {
            throw new InvalidInputException("data " + spec + ": " + describe(e), e);
        } catch (InvalidInputException e) {
            throw new InvalidInputException("data " + spec + ": " + e.getMessage(), e);
        }
    }

    /**
     * Removes the decoded images of a data set, read with these options, from the cache. A process that still reads them may
     * fail.
     *
     * @return the number of bytes that they had
     * @throws InvalidInputException if there is no such data set, or they cannot be removed
     */
    public static long removeDecoded(String spec, DataOptions options) {
        return ofCache(spec, options, files -> {
            long bytes = files.bytes();
            files.remove();
            return bytes;
        });
    }

    /**
     * Returns how many bytes the cache holds of the images of a data set, read with these options.
     *
     * @throws InvalidInputException if there is no such data set
     */
    public static long cachedBytes(String spec, DataOptions options) {
        return ofCache(spec, options, CacheFiles::bytes);
    }

    /** A question to the cache. */
    @FunctionalInterface
    private interface CacheQuestion {
        long ask(CacheFiles files) throws IOException;
    }

    private static long ofCache(String spec, DataOptions options, CacheQuestion question) {
        Path directory = options.cacheDirectory();
        if (directory == null || spec.equals(SAMPLE)) {
            return 0;
        }
        try {
            return question.ask(CacheFiles.of(directory, existing(spec), options));
        } catch (IOException e) {
            throw new InvalidInputException("data " + spec + ": " + describe(e), e);
        }
    }

    private static FileSpec existing(String spec) throws IOException {
        return FileSpec.of(spec)
                .orElseThrow(() -> new IOException("no such file or folder; allowed: " + Formats.RECOGNISED));
    }

    /** Describes an error of the file system, whose own message is often nothing but the path. */
    private static String describe(IOException e) {
        return e instanceof FileSystemException
                ? e.getClass().getSimpleName() + ": " + e.getMessage()
                : String.valueOf(e.getMessage());
    }

    private static Dataset loadSample(DataOptions options) throws IOException {
        List<FileEntry> files = new ArrayList<>();
        for (String name : SAMPLE_FILES) {
            byte[] content = resource(name);
            files.add(new FileEntry(name, content.length, () -> new ByteArrayInputStream(content)));
        }
        ImageSource source = Formats.read(FileTree.of("bundled sample", files));
        return decode("Fashion-MNIST sample", "bundled sample", source, options, null)
                .toDataset();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Datasets.class.getResourceAsStream("/kshot/data/sample/" + name)) {
            if (in == null) {
                throw new IOException("the resource " + name + " is missing from this installation");
            }
            return in.readAllBytes();
        }
    }

    private static Dataset loadPath(FileSpec spec, DataOptions options) throws IOException {
        Path directory = options.cacheDirectory();
        if (directory == null) {
            return read(spec, options, null, decoded -> decoded).toDataset();
        }
        CacheFiles files = CacheFiles.of(directory, spec, options);
        DatasetCache cache = new DatasetCache(files);
        Optional<DecodedDataset> cached = cache.read();
        return (cached.isPresent() ? cached.get() : read(spec, options, files.disk(), cache::write)).toDataset();
    }

    /**
     * Reads a data set. If its images had to be decoded or are on disk, it is handed to {@code keep}; other forms are read as
     * fast again.
     */
    private static DecodedDataset read(
            FileSpec files, DataOptions options, @Nullable DiskPlaces disk, UnaryOperator<DecodedDataset> keep)
            throws IOException {
        try (FileTree tree = files.open()) {
            ImageSource source = Formats.read(tree);
            String kind = source.format() + " in a " + tree.kind();
            DecodedDataset decoded = decode(nameOf(files.folder()), kind, source, options, disk);
            return source.isEncoded() || decoded.isOnDisk() ? keep.apply(decoded) : decoded;
        }
    }

    private static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null
                ? path.toString()
                : name.toString().replaceFirst("(?i)\\.(zip|npz|tar|tgz|tbz2?|txz|tar\\.(gz|bz2|xz))$", "");
    }

    private static DecodedDataset decode(
            String name, String kind, ImageSource source, DataOptions options, @Nullable DiskPlaces disk)
            throws IOException {
        ImageLoader.Loaded loaded = ImageLoader.load(source, options, disk);
        ImageSet test = loaded.test();
        Split split = test == null
                ? loaded.train().split(options.testFraction(), options.seed().derive("test split"))
                : new Split(loaded.train(), test);
        Duplicates duplicates = Duplicates.of(split);
        List<LeftOut> leftOut = new ArrayList<>(source.leftOut());
        leftOut.addAll(loaded.unreadable());
        List<String> notes = new ArrayList<>(source.notes());
        notes.addAll(duplicates.notes(options.duplicates()));
        Split used = options.duplicates() == DuplicatePolicy.DROP ? duplicates.withoutDropped(split) : split;
        DecodedDataset decoded = new DecodedDataset(
                name,
                kind,
                loaded.target(),
                source.mirrorable(),
                test == null,
                used,
                Normalization.of(used.first()),
                loaded.conversions(),
                leftOut,
                notes);
        List<String> untested = new ArrayList<>();
        for (ClassCount count : decoded.classCounts()) {
            if (count.train() == 0) {
                throw new IOException("class '" + count.name() + "' has no training images");
            }
            if (count.test() == 0) {
                untested.add("'" + count.name() + "'");
            }
        }
        return untested.isEmpty()
                ? decoded
                : decoded.withNote("There is no test image of "
                        + String.join(", ", untested.subList(0, Math.min(NAMED, untested.size())))
                        + (untested.size() > NAMED ? " and " + (untested.size() - NAMED) + " more classes" : "") + ".");
    }
}
