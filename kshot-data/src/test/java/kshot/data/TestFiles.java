package kshot.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small files that tests make for themselves. */
public final class TestFiles {
    private TestFiles() {}

    /** A colour image of one colour, 0xRRGGBB. */
    public static BufferedImage colour(int width, int height, int rgb) {
        return filled(new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR), rgb);
    }

    /** A grey image of one value. */
    public static BufferedImage grey(int width, int height, int value) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.getRaster().setSample(x, y, 0, value);
            }
        }
        return image;
    }

    public static BufferedImage filled(BufferedImage image, int rgb) {
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, rgb);
            }
        }
        return image;
    }

    /** An encoded image. */
    public static byte[] encoded(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, out)) {
            throw new IOException("cannot write this image as " + format);
        }
        return out.toByteArray();
    }

    public static void write(Path file, byte[] content) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.write(file, content);
    }

    /** Class folders {@code prefix/name/0.png...} of small colour images, other ones below another prefix; returns the root. */
    public static Path classFolders(Path root, String prefix, int images, int size, String... classes)
            throws IOException {
        int green = prefix.contains("val") ? 0x8000 : prefix.matches("(?i).*test.*") ? 0x4000 : 0;
        for (int c = 0; c < classes.length; c++) {
            for (int i = 0; i < images; i++) {
                byte[] png = encoded(colour(size, size, 0x102030 + green + (c << 16) + i), "png");
                write(root.resolve(prefix).resolve(classes[c]).resolve(i + ".png"), png);
            }
        }
        return root;
    }

    public static Path zip(Path file, Map<String, byte[]> entries) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        return file;
    }

    public static byte[] tar(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
            for (Map.Entry<String, byte[]> file : entries.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                out.putArchiveEntry(entry);
                out.write(file.getValue());
                out.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** A fixture of the readers of formats. */
    public static byte[] fixture(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(TestFiles.class.getResourceAsStream("format/" + name), name)) {
            return in.readAllBytes();
        }
    }

    public static byte[] gzipped(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    /** Bytes from ints. */
    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** Unsigned values of the first bytes. */
    public static int[] values(byte[] bytes, int count) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = bytes[i] & 0xFF;
        }
        return values;
    }
}
