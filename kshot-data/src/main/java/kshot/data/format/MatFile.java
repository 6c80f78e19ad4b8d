package kshot.data.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.InflaterInputStream;

/**
 * A reader of an array of structures in a MATLAB file of version 5 (MathWorks, "MAT-File Format", 2023, chapter 1), as the
 * development kit of ImageNet has one. It reads whole numbers and texts, which are all that is needed of it, and takes no
 * memory that a file only claims to need.
 */
final class MatFile {
    private static final int HEADER = 128;
    private static final int LARGEST = 16 << 20;

    private static final int INT8 = 1;
    private static final int UINT8 = 2;
    private static final int INT16 = 3;
    private static final int UINT16 = 4;
    private static final int INT32 = 5;
    private static final int UINT32 = 6;
    private static final int DOUBLE = 9;
    private static final int INT64 = 12;
    private static final int UINT64 = 13;
    private static final int MATRIX = 14;
    private static final int COMPRESSED = 15;
    private static final int UTF8 = 16;
    private static final int UTF16 = 17;
    private static final int STRUCTURE = 2; // of the classes of arrays
    private static final int CHARACTERS = 4;

    private MatFile() {}

    /** A value with a tag that says its type. */
    private record Element(int type, ByteBuffer content) {}

    /**
     * Returns the values of a field of all structures of a file's only array, as texts; numbers are in decimal digits. A value
     * of another kind is empty.
     *
     * @throws IOException if the file is damaged, or has no such array or field
     */
    static List<String> field(byte[] file, String name) throws IOException {
        if (file.length < HEADER) {
            throw new IOException("no MATLAB file of version 5");
        }
        ByteOrder order = file[HEADER - 2] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer rest =
                ByteBuffer.wrap(file, HEADER, file.length - HEADER).slice().order(order);
        try {
            Element first = next(rest);
            if (first.type == COMPRESSED) {
                first = next(inflated(first.content));
            }
            if (first.type != MATRIX) {
                throw new IOException("no array in the MATLAB file");
            }
            return structures(first.content, name);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException("damaged MATLAB file", e);
        }
    }

    private static ByteBuffer inflated(ByteBuffer packed) throws IOException {
        byte[] bytes = new byte[packed.remaining()];
        ByteOrder order = packed.order();
        packed.get(bytes);
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
            byte[] content = in.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                throw new IOException("the array of the MATLAB file is larger than " + (LARGEST >> 20) + " MiB");
            }
            return ByteBuffer.wrap(content).order(order);
        }
    }

    /** Takes the next element; small ones are in their tag. */
    private static Element next(ByteBuffer in) {
        int tag = in.getInt();
        boolean small = tag >>> 16 != 0;
        int type = small ? tag & 0xFFFF : tag;
        int bytes = small ? tag >>> 16 : in.getInt();
        if (bytes < 0 || bytes > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer content = in.slice(in.position(), bytes).order(in.order());
        int padding = small ? 4 - bytes : type == COMPRESSED ? 0 : -bytes & 7;
        in.position(Math.min(in.limit(), in.position() + bytes + padding));
        return new Element(type, content);
    }

    private static List<String> structures(ByteBuffer array, String name) throws IOException {
        int kind = next(array).content.getInt() & 0xFF;
        next(array); // dimensions
        next(array); // name
        if (kind != STRUCTURE) {
            throw new IOException("the array of the MATLAB file is not one of structures");
        }
        int width = next(array).content.getInt();
        ByteBuffer names = next(array).content;
        if (width < 1 || names.remaining() % width != 0) {
            throw new BufferUnderflowException();
        }
        List<String> fields = new ArrayList<>();
        while (names.hasRemaining()) {
            byte[] field = new byte[width];
            names.get(field);
            fields.add(new String(field, StandardCharsets.US_ASCII).replaceFirst("\0[\\s\\S]*", ""));
        }
        int wanted = fields.indexOf(name);
        if (wanted < 0) {
            throw new IOException("no field '" + name + "' in the MATLAB file; it has " + fields);
        }
        List<String> values = new ArrayList<>();
        for (int i = 0; array.hasRemaining(); i++) {
            Element value = next(array);
            if (i % fields.size() == wanted) {
                values.add(value.type == MATRIX ? text(value.content).orElse("") : "");
            }
        }
        return values;
    }

    /** Returns a text or the first number of an array; cells are not needed. */
    private static Optional<String> text(ByteBuffer array) {
        if (!array.hasRemaining()) {
            return Optional.empty();
        }
        int kind = next(array).content.getInt() & 0xFF;
        next(array); // dimensions
        next(array); // name
        if (!array.hasRemaining()) {
            return Optional.empty();
        }
        Element data = next(array);
        return kind == CHARACTERS ? characters(data) : number(data);
    }

    private static Optional<String> characters(Element data) {
        ByteBuffer in = data.content;
        StringBuilder text = new StringBuilder();
        while (in.hasRemaining()) {
            switch (data.type) {
                case INT8, UINT8, UTF8 -> text.append((char) (in.get() & 0xFF)); // WNIDs are ASCII
                case UINT16, UTF16 -> text.append(in.getChar());
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(text.toString());
    }

    private static Optional<String> number(Element data) {
        ByteBuffer in = data.content;
        if (!in.hasRemaining()) {
            return Optional.empty();
        }
        return switch (data.type) {
            case INT8 -> Optional.of(String.valueOf(in.get()));
            case UINT8 -> Optional.of(String.valueOf(in.get() & 0xFF));
            case INT16 -> Optional.of(String.valueOf(in.getShort()));
            case UINT16 -> Optional.of(String.valueOf((int) in.getChar()));
            case INT32, UINT32 -> Optional.of(String.valueOf(in.getInt()));
            case INT64, UINT64 -> Optional.of(String.valueOf(in.getLong()));
            case DOUBLE -> Optional.of(String.valueOf((long) in.getDouble()));
            default -> Optional.empty();
        };
    }
}
