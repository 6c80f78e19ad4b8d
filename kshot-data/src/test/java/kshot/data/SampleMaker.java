package kshot.data;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import kshot.common.Seed;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;

/**
 * Makes the bundled sample from the whole of Fashion-MNIST: of each class 1,000 training and 200 test images, drawn from
 * the official training and test images, in their order. The command stands in the README beside the sample.
 */
final class SampleMaker {
    private static final Seed SEED = new Seed(2026);
    private static final int TRAIN_IMAGES = 10_000;
    private static final int TEST_IMAGES = 2_000;

    private SampleMaker() {}

    /** Arguments: the folder of the IDX files, the folder to write to. */
    public static void main(String[] arguments) throws IOException {
        Dataset whole = Datasets.load(arguments[0], DataOptions.defaults());
        Path to = Files.createDirectories(Path.of(arguments[1]));
        write(part(whole.train(), TRAIN_IMAGES), to, "train");
        write(part(whole.test(), TEST_IMAGES), to, "t10k");
    }

    private static ImageSet part(ImageSet set, int images) {
        return set.sample((double) images / set.size(), SEED);
    }

    /** Writes the two IDX files of a split. */
    static void write(ImageSet set, Path folder, String prefix) throws IOException {
        try (DataOutputStream out = create(folder.resolve(prefix + "-images-idx3-ubyte.gz"))) {
            out.writeInt(0x803);
            out.writeInt(set.size());
            out.writeInt(set.shape().height());
            out.writeInt(set.shape().width());
            for (int i = 0; i < set.size(); i++) {
                out.write(set.image(i));
            }
        }
        try (DataOutputStream out = create(folder.resolve(prefix + "-labels-idx1-ubyte.gz"))) {
            out.writeInt(0x801);
            out.writeInt(set.size());
            for (int i = 0; i < set.size(); i++) {
                out.writeByte(set.label(i));
            }
        }
    }

    private static DataOutputStream create(Path file) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        return new DataOutputStream(new GZIPOutputStream(out, 1 << 16) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        });
    }
}
