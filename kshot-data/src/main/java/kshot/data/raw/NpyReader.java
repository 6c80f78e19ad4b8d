package kshot.data.raw;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kshot.data.files.FileEntry;

/**
 * A reader of one array in NumPy's own format (NEP 1), versions 1 to 3, in C order: the magic bytes, the version, the length of the
 * header, the header as a Python dictionary, the elements.
 */
final class NpyReader implements AutoCloseable {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LARGEST_HEADER = 1 << 16;
    private static final int LARGEST_SIDE = 1024;
    private static final int MOST = 10_000_000;
    private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z])([0-9]{1,3})'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");

    private final FileEntry file;
    private final DataInputStream in;
    private final ByteOrder order;
    private final char kind;
    private final int bytes;
    private final int[] shape;
    private final int header;

    private NpyReader(FileEntry file, DataInputStream in, int header, Matcher description, int[] shape) {
        this.file = file;
        this.in = in;
        this.header = header;
        this.order = description.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        this.kind = description.group(2).charAt(0);
        this.bytes = Integer.parseInt(description.group(3));
        this.shape = shape;
    }

    /**
     * Reads the header of an array.
     *
     * @throws IOException if it is damaged, or of a kind that is not read
     */
    static NpyReader open(FileEntry file) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(file.open(), 1 << 16));
        try {
            byte[] start = new byte[MAGIC.length];
            in.readFully(start);
            int version = in.readUnsignedByte();
            in.readUnsignedByte();
            if (!Arrays.equals(start, MAGIC) || version < 1 || version > 3) {
                throw new IOException("no array in NumPy's format");
            }
            int length = version == 1
                    ? Short.toUnsignedInt(Short.reverseBytes(in.readShort()))
                    : Integer.reverseBytes(in.readInt());
            if (length < 0 || length > LARGEST_HEADER) {
                throw new IOException("a header of " + length + " bytes; allowed: up to " + LARGEST_HEADER);
            }
            byte[] header = new byte[length];
            in.readFully(header);
            int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
            return of(
                    file, in, MAGIC.length + 2 + lengthBytes + length, new String(header, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            in.close();
            String problem = e instanceof EOFException ? "the header is cut off" : e.getMessage();
            throw new IOException(file.path() + ": " + problem, e);
        }
    }

    private static NpyReader of(FileEntry file, DataInputStream in, int headerBytes, String header) throws IOException {
        Matcher description = DESCRIPTION.matcher(header);
        Matcher fortran = FORTRAN.matcher(header);
        Matcher shape = SHAPE.matcher(header);
        if (!description.find() || !fortran.find() || !shape.find()) {
            throw new IOException("a header that is not read: " + header.strip());
        }
        int[] extents = extents(shape.group(1));
        if (fortran.group(1).equals("True") && extents.length > 1) {
            throw new IOException("an array in Fortran order is not read");
        }
        return new NpyReader(file, in, headerBytes, description, extents);
    }

    private static int[] extents(String text) throws IOException {
        String[] parts = text.isBlank() ? new String[0] : text.strip().split("\\s*,\\s*");
        int[] extents = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            int most = i == 0 ? MOST : LARGEST_SIDE;
            extents[i] = parts[i].matches("[0-9]{1,9}") ? Integer.parseInt(parts[i]) : -1;
            if (extents[i] < 1 || extents[i] > most) {
                throw new IOException("extent " + parts[i] + "; allowed: 1 to " + most);
            }
        }
        return extents;
    }

    /** Returns the sizes of the dimensions, outermost first. */
    int[] shape() {
        return shape.clone();
    }

    /** Returns the shape as a text. */
    String shapeText() {
        return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
    }

    /** Returns the short name of the elements' type, for example {@code u1}. */
    String typeName() {
        return "" + kind + bytes;
    }

    /** Returns whether the elements are unsigned bytes. */
    boolean isBytes() {
        return kind == 'u' && bytes == 1;
    }

    /** Returns the number of bytes before the first element. */
    int header() {
        return header;
    }

    private byte[] bytes(int count) throws IOException {
        byte[] values = in.readNBytes(count);
        if (values.length < count) {
            throw new EOFException(file.path() + ": cut off");
        }
        return values;
    }

    /** Returns all elements of an array of integers of one dimension. */
    int[] integers() throws IOException {
        boolean signed = kind == 'i';
        if ((!signed && kind != 'u' && kind != 'b') || (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8)) {
            throw new IOException(file.path() + ": labels of type " + typeName() + "; allowed: integers");
        }
        int[] values = new int[shape[0]];
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(order);
        for (int i = 0; i < values.length; i++) {
            buffer.clear();
            buffer.put(bytes(bytes)).flip();
            long value = switch (bytes) {
                case 1 -> signed ? buffer.get() : buffer.get() & 0xFF;
                case 2 -> signed ? buffer.getShort() : buffer.getShort() & 0xFFFF;
                case 4 -> signed ? buffer.getInt() : Integer.toUnsignedLong(buffer.getInt());
                default -> buffer.getLong();
            };
            if (value != (int) value) {
                throw new IOException(file.path() + ": label " + value + " is too large");
            }
            values[i] = (int) value;
        }
        return values;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
