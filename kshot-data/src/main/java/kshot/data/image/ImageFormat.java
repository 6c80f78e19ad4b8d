package kshot.data.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import kshot.data.files.FileEntry;
import org.jspecify.annotations.Nullable;

/** A format of image files, recognised by the first bytes of a file, whatever its name says. */
public enum ImageFormat {
    /** JPEG. */
    JPEG("jpeg", true),
    /** PNG. */
    PNG("png", true),
    /** GIF, of which the first frame is read. */
    GIF("gif", true),
    /** Windows bitmap. */
    BMP("bmp", true),
    /** WebP, of which the first frame is read. */
    WEBP("webp", false),
    /** TIFF, of which the first page is read. */
    TIFF("tiff", false),
    /** PBM, PGM, PPM and PAM. */
    PNM("pnm", false);

    /** The formats in words, for a message. */
    public static final String READ = "JPEG, PNG, GIF, BMP, WebP, TIFF or PNM";

    /** The number of bytes at the start of a file that tell its format. */
    static final int START = 34;

    private static final String NO_IMAGE = "not a " + READ + " file";
    private static final int BMP_RESERVED = 6;
    private static final int BMP_COMPRESSION = 30;
    private static final int BMP_JPEG = 4;
    private static final int BMP_PNG = 5;

    /** Extensions of files that are taken for images without a look at them. */
    private static final Set<String> EXTENSIONS = Set.of(
            "png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "dib", "webp", "tif", "tiff", "pbm", "pgm", "ppm", "pnm",
            "pam");

    /** Extensions of images in formats that are not read: they are missed if they are left out. */
    private static final Set<String> UNREAD_EXTENSIONS = Set.of(
            "heic", "heif", "avif", "jxl", "jp2", "j2k", "svg", "psd", "eps", "tga", "ico", "pcx", "exr", "hdr", "dcm",
            "dng", "cr2", "cr3", "nef", "arw", "orf", "raf", "rw2");

    private final String reader;
    private final boolean ofJdk;

    ImageFormat(String reader, boolean ofJdk) {
        this.reader = reader;
        this.ofJdk = ofJdk;
    }

    /** Returns the name of its readers in ImageIO. */
    String reader() {
        return reader;
    }

    /** Returns whether the JDK's own reader is used. */
    boolean isOfJdk() {
        return ofJdk;
    }

    /**
     * Returns whether a file is an image, readable or not: by its extension if that is one of images, else by its first
     * bytes.
     */
    public static boolean isImage(FileEntry file) throws IOException {
        if (hasNameOfImage(file)) {
            return true;
        }
        try (InputStream in = file.open()) {
            return find(in.readNBytes(START)) != null;
        }
    }

    /** Returns whether a file is an image, readable or not, by its extension. */
    public static boolean hasNameOfImage(FileEntry file) {
        String extension = extension(file);
        return EXTENSIONS.contains(extension) || UNREAD_EXTENSIONS.contains(extension);
    }

    private static String extension(FileEntry file) {
        String name = file.name();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the format of a file.
     *
     * @param start its first {@value #START} bytes, or all if there are fewer
     * @throws IOException if it is no image of a format that is read
     */
    static ImageFormat of(byte[] start) throws IOException {
        ImageFormat format = find(start);
        if (format == null) {
            throw new IOException(start.length == 0 ? "an empty file" : otherKind(start));
        }
        if (format == BMP && start.length == START) {
            // JPEG and PNG files inside a BMP are meant for printers, and would bypass the checks of the decoder.
            int compression =
                    ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt(BMP_COMPRESSION);
            if (compression == BMP_JPEG || compression == BMP_PNG) {
                throw new IOException("a BMP file that holds a JPEG or PNG file is not read");
            }
        }
        return format;
    }

    private static @Nullable ImageFormat find(byte[] start) {
        if (start.length < 3) {
            return null;
        }
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u00FF\u00D8\u00FF")) {
            return JPEG;
        }
        if (text.startsWith("\u0089PNG")) {
            return PNG;
        }
        if (text.startsWith("GIF8")) {
            return GIF;
        }
        if (text.startsWith("BM") && text.startsWith("\0\0\0\0", BMP_RESERVED)) {
            return BMP;
        }
        if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) {
            return WEBP;
        }
        if (text.startsWith("II*\0")
                || text.startsWith("MM\0*")
                || text.startsWith("II+\0")
                || text.startsWith("MM\0+")) {
            return TIFF;
        }
        return text.charAt(0) == 'P' && "1234567".indexOf(text.charAt(1)) >= 0 && Character.isWhitespace(text.charAt(2))
                ? PNM
                : null;
    }

    /** Says what a file is that people take for an image. */
    private static String otherKind(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("ftyp", 4)) {
            return "a HEIC, AVIF or video file: convert it to JPEG or PNG";
        }
        if (text.stripLeading().startsWith("<")) {
            return "SVG, HTML or XML text, " + NO_IMAGE;
        }
        return NO_IMAGE;
    }
}
