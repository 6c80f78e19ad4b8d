package kshot.data.format;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import kshot.data.files.FileTree;
import kshot.data.image.ImageFormat;
import kshot.data.raw.CifarBinary;
import kshot.data.raw.CifarPython;
import kshot.data.raw.IdxFiles;
import kshot.data.raw.ImageNet16;
import kshot.data.raw.NumpyFile;
import kshot.data.source.ImageSource;

/** The list of the known formats, which are tried one after the other. */
public final class Formats {
    /** The recognised formats, for an error message. */
    public static final String RECOGNISED =
            "'sample', or a folder or archive (zip, tar, tar.gz, tar.bz2, tar.xz) of class"
                    + " folders (with or without train, val and test) of " + ImageFormat.READ
                    + " images, ImageNet's tar archives, WebDataset shards (also as {000..127}.tar), images beside a"
                    + " CSV file with their labels, arrays in a NumPy file (.npz, as MedMNIST has), CIFAR-10/100"
                    + " binary or Python batches, IDX files (MNIST family, gzipped or not), ImageNet-16-120 batches";

    /** A reader of one format. */
    @FunctionalInterface
    private interface Reader {
        /** Returns the data set, or nothing if the files are of another format. */
        Optional<ImageSource> read(FileTree tree) throws IOException;
    }

    private static final List<Reader> READERS = List.of(
            CifarBinary::read,
            CifarPython::read,
            ImageNet16::read,
            IdxFiles::read,
            NumpyFile::read,
            WebDataset::read,
            LabelFiles::read,
            TarFolders::read,
            ClassFolders::read);

    private Formats() {}

    /**
     * Reads a data set in the first format that recognises its files.
     *
     * @throws IOException if no format recognises them, or a file is damaged
     */
    public static ImageSource read(FileTree tree) throws IOException {
        for (Reader reader : READERS) {
            Optional<ImageSource> source = reader.read(tree);
            if (source.isPresent()) {
                return source.get();
            }
        }
        throw new IOException("no data set found in this " + tree.kind() + "; recognised: " + RECOGNISED);
    }
}
