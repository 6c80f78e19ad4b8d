package kshot.app.fuzz;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import kshot.common.Seed;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/** Small valid files. */
final class Samples {
    private static final int SIDE = 16;

    /** Images in formats that the JDK does not write. */
    private static final List<String> OF_PILLOW = List.of(
            "lossless.webp",
            "lossy.webp",
            "alpha.webp",
            "turned.webp",
            "turned.png",
            "lzw.tiff",
            "deflate.tiff",
            "turned.tiff",
            "grey16.tiff",
            "grey.pgm",
            "colour.ppm",
            "cmyk.jpg");

    private Samples() {}

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A resource of the program. */
    static byte[] resource(String path) {
        try (InputStream in = Objects.requireNonNull(Samples.class.getResourceAsStream(path), path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A fixture of the readers of pickles. */
    static byte[] pickle(String name) {
        return fixture("format/" + name);
    }

    /** A fixture of the readers of data. */
    private static byte[] fixture(String path) {
        Path root = Path.of(System.getProperty("kshot.root"));
        try {
            return Files.readAllBytes(
                    root.resolve("kshot-data/src/test/resources/kshot/data").resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An image of noise in a type of {@link BufferedImage}. */
    private static BufferedImage image(int type) {
        return noise(new BufferedImage(SIDE, SIDE, type));
    }

    private static BufferedImage noise(BufferedImage image) {
        SplittableRandom random = new Seed(0).generator("noise");
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                image.setRGB(x, y, random.nextInt());
            }
        }
        return image;
    }

    private static byte[] encoded(BufferedImage image, String format, String compression, boolean progressive) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ImageWriteParam options = writer.getDefaultWriteParam();
        if (!compression.isEmpty()) {
            options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            options.setCompressionType(compression);
        }
        if (progressive) {
            options.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static BufferedImage palette(int bits) {
        byte[] values = new byte[1 << bits];
        new SplittableRandom(1).nextBytes(values);
        IndexColorModel model = new IndexColorModel(bits, values.length, values, values, values);
        return noise(new BufferedImage(
                SIDE, SIDE, bits < 8 ? BufferedImage.TYPE_BYTE_BINARY : BufferedImage.TYPE_BYTE_INDEXED, model));
    }

    /** An image in every form that is told apart by its decoder. */
    static Map<String, byte[]> images() {
        Map<String, byte[]> images = new LinkedHashMap<>();
        images.put("colour.png", encoded(image(BufferedImage.TYPE_3BYTE_BGR), "png", "", false));
        images.put("interlaced.png", encoded(image(BufferedImage.TYPE_4BYTE_ABGR), "png", "", true));
        images.put("grey16.png", encoded(image(BufferedImage.TYPE_USHORT_GRAY), "png", "", false));
        images.put("palette.png", encoded(palette(8), "png", "", false));
        images.put("bit.png", encoded(image(BufferedImage.TYPE_BYTE_BINARY), "png", "", false));
        images.put("colour.jpg", withOrientation(encoded(image(BufferedImage.TYPE_3BYTE_BGR), "jpg", "", false)));
        images.put("grey.jpg", encoded(image(BufferedImage.TYPE_BYTE_GRAY), "jpg", "", false));
        images.put("progressive.jpg", encoded(image(BufferedImage.TYPE_3BYTE_BGR), "jpg", "", true));
        images.put("profile.jpg", withProfile(encoded(image(BufferedImage.TYPE_3BYTE_BGR), "jpg", "", false)));
        images.put("colour.gif", encoded(image(BufferedImage.TYPE_3BYTE_BGR), "gif", "", false));
        images.put("interlaced.gif", encoded(palette(8), "gif", "", true));
        images.put("colour.bmp", encoded(image(BufferedImage.TYPE_3BYTE_BGR), "bmp", "", false));
        images.put("palette.bmp", encoded(palette(4), "bmp", "", false));
        images.put("rle8.bmp", encoded(palette(8), "bmp", "BI_RLE8", false));
        images.put("rle4.bmp", encoded(palette(4), "bmp", "BI_RLE4", false));
        images.put("fields.bmp", encoded(image(BufferedImage.TYPE_USHORT_565_RGB), "bmp", "BI_BITFIELDS", false));
        for (String name : OF_PILLOW) {
            images.put(name, fixture("image/" + name));
        }
        return images;
    }

    /** An APP1 segment after the start of a JPEG, with the orientation tag of a quarter turn. */
    private static byte[] withOrientation(byte[] jpeg) {
        byte[] tiff = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0};
        byte[] start = {'E', 'x', 'i', 'f', 0, 0};
        return withSegment(jpeg, 0xE1, start, tiff);
    }

    /** An APP2 segment after the start of a JPEG, with a colour profile. */
    private static byte[] withProfile(byte[] jpeg) {
        byte[] start = {'I', 'C', 'C', '_', 'P', 'R', 'O', 'F', 'I', 'L', 'E', 0, 1, 1};
        return withSegment(
                jpeg,
                0xE2,
                start,
                ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData());
    }

    private static byte[] withSegment(byte[] jpeg, int marker, byte[] start, byte[] content) {
        return ByteBuffer.allocate(jpeg.length + 4 + start.length + content.length)
                .put(jpeg, 0, 2)
                .putShort((short) (0xFF00 | marker))
                .putShort((short) (2 + start.length + content.length))
                .put(start)
                .put(content)
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    /** Class folders of images; of each class enough that one broken image may be skipped. */
    static Map<String, byte[]> classFolders() {
        Map<String, byte[]> images = images();
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String part : new String[] {"train", "test"}) {
            files.put(part + "/cat/a.png", images.get("colour.png"));
            files.put(part + "/cat/b.jpg", images.get("colour.jpg"));
            files.put(part + "/dog/c.gif", images.get("colour.gif"));
            files.put(part + "/dog/d.bmp", images.get("colour.bmp"));
        }
        return files;
    }

    /** Images beside a table of their labels. */
    static Map<String, byte[]> labelFiles() {
        byte[] png = encoded(image(BufferedImage.TYPE_BYTE_GRAY), "png", "", false);
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder("image,label,split\n");
        for (int i = 0; i < 8; i++) {
            files.put("images/" + i + ".png", png);
            table.append("images/")
                    .append(i)
                    .append(".png,\"")
                    .append(i % 2 == 0 ? "a" : "b")
                    .append("\",")
                    .append(i < 4 ? "train" : "test")
                    .append('\n');
        }
        files.put("labels.csv", text(table.toString()));
        return files;
    }

    /** The arrays of a NumPy archive: four images of two classes for training, and the same for the test. */
    static Map<String, byte[]> arrays() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String part : new String[] {"train", "test"}) {
            files.put(part + "_images.npy", npy("|u1", "4, 16, 16", new byte[4 * SIDE * SIDE]));
            files.put(part + "_labels.npy", npy("<i2", "4, 1", new byte[] {7, 0, 3, 0, 7, 0, 3, 0}));
        }
        return files;
    }

    private static byte[] npy(String type, String shape, byte[] elements) {
        byte[] header = text("{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n");
        return ByteBuffer.allocate(10 + header.length + elements.length)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, 0})
                .put(header)
                .put(elements)
                .array();
    }

    /** A file that is compressed in a form of Commons Compress. */
    static byte[] compressed(String form, byte[] file) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new CompressorStreamFactory().createCompressorOutputStream(form, bytes)) {
            out.write(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** An archive of files and of links to each of them and to their folder. */
    static byte[] tarWithLinks(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, 512)) {
            for (String name : files.keySet()) {
                TarArchiveEntry link =
                        new TarArchiveEntry("train/emu/" + name.replace('/', '-'), TarConstants.LF_SYMLINK);
                link.setLinkName("../../" + name);
                out.putArchiveEntry(link);
                out.closeArchiveEntry();
            }
            TarArchiveEntry link = new TarArchiveEntry("test/emu", TarConstants.LF_SYMLINK);
            link.setLinkName("../train/emu");
            out.putArchiveEntry(link);
            out.closeArchiveEntry();
            add(files, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] tar(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, 512)) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            add(files, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void add(Map<String, byte[]> files, TarArchiveOutputStream out) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
            entry.setSize(file.getValue().length);
            out.putArchiveEntry(entry);
            out.write(file.getValue());
            out.closeArchiveEntry();
        }
    }

    /** ImageNet as it comes: a tar of tars, a tar of validation images, their labels. */
    static Map<String, byte[]> imageNet(String meta) {
        byte[] png = images().get("colour.png");
        Map<String, byte[]> classes = new LinkedHashMap<>();
        Map<String, byte[]> validation = new LinkedHashMap<>();
        for (String name : new String[] {"n01440764", "n01443537", "n02119789"}) {
            classes.put(name + ".tar", tar(Map.of(name + "_1.JPEG", png, name + "_2.JPEG", png)));
            validation.put("val_" + name + ".JPEG", png);
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("train.tar", tar(classes));
        files.put("val.tar", tar(validation));
        files.put("ILSVRC2012_validation_ground_truth.txt", text("2\n300\n1\n"));
        files.put("meta.mat", pickle(meta));
        return files;
    }

    /** A shard of WebDataset for training and one for the test, with names of classes. */
    static Map<String, byte[]> webDataset() {
        byte[] png = images().get("colour.png");
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String part : new String[] {"train-0.tar", "test-0.tar"}) {
            Map<String, byte[]> samples = new LinkedHashMap<>();
            for (int i = 0; i < 4; i++) {
                samples.put("a" + i + ".png", png);
                samples.put(i < 2 ? "a" + i + ".cls" : "a" + i + ".json", text(i < 2 ? "" + i : "{\"label\": 1}"));
            }
            files.put(part, tar(samples));
        }
        files.put("classnames.txt", text("cat\ndog\n"));
        return files;
    }

    /** Rows of a binary CIFAR file: an image of noise for each label, which is preceded by zeros. */
    static byte[] cifar(int labels, int labelBytes) {
        ByteBuffer file = ByteBuffer.allocate(labels * (labelBytes + 3072));
        SplittableRandom random = new Seed(0).generator("cifar");
        byte[] pixels = new byte[3072];
        for (int label = 0; label < labels; label++) {
            random.nextBytes(pixels);
            file.put(new byte[labelBytes - 1]).put((byte) label).put(pixels);
        }
        return file.array();
    }

    /** MNIST as four images, of two classes. */
    static Map<String, byte[]> idx(boolean gzipped) {
        byte[] labels = ByteBuffer.allocate(12)
                .putInt(0x801)
                .putInt(4)
                .put(new byte[] {7, 3, 7, 3})
                .array();
        byte[] images = ByteBuffer.allocate(16 + 4 * SIDE * SIDE)
                .putInt(0x803)
                .putInt(4)
                .putInt(SIDE)
                .putInt(SIDE)
                .array();
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String part : new String[] {"train", "t10k"}) {
            String end = gzipped ? ".gz" : "";
            files.put(part + "-images-idx3-ubyte" + end, gzipped ? Containers.gzip(images) : images);
            files.put(part + "-labels-idx1-ubyte" + end, gzipped ? Containers.gzip(labels) : labels);
        }
        files.put("classes.txt", text("a\nb\nc\ndog\ne\nf\ng\nhat\n"));
        return files;
    }
}
