package kshot.data.raw;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.razorvine.pickle.PickleException;

/** A NumPy array from a pickle: its shape, type and bytes, in C order. */
final class NumpyArray implements ClosedUnpickler.Stateful {
    /** The element type of an array. The second entry of its state is the byte order. */
    static final class Type implements ClosedUnpickler.Stateful {
        private static final Pattern NAME = Pattern.compile("([a-zA-Z])([0-9]{1,6})");

        private final String kind;
        private final int bytes;
        private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

        /** Creates a type from NumPy's short name, for example {@code u1} or {@code i8}. */
        Type(String name) {
            Matcher matcher = NAME.matcher(name);
            if (!matcher.matches()) {
                throw new PickleException("no type of numbers: " + name);
            }
            kind = matcher.group(1);
            bytes = Integer.parseInt(matcher.group(2));
        }

        @Override
        public void setState(Object[] state) {
            order = ClosedUnpickler.text(state[1]).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        }
    }

    private int[] shape = {0};
    private Type type = new Type("u1");
    private byte[] data = {};

    /** Creates an array from the arguments of {@code _frombuffer}: bytes, type, shape, order. */
    static NumpyArray fromBuffer(Object[] arguments) {
        NumpyArray array = new NumpyArray();
        boolean fortran = ClosedUnpickler.text(arguments[3]).equals("F");
        array.setState(new Object[] {1, arguments[2], arguments[1], fortran, arguments[0]});
        return array;
    }

    /** Sets the state: version, shape, type, whether in Fortran order, bytes. */
    @Override
    public void setState(Object[] state) {
        shape = Arrays.stream((Object[]) state[1])
                .mapToInt(extent -> ((Number) extent).intValue())
                .toArray();
        type = (Type) state[2];
        if ((Boolean) state[3] && shape.length > 1) {
            throw new PickleException("an array in Fortran order is not supported");
        }
        // With protocol 0 or 1 the bytes come as a text of Latin-1 characters.
        data = state[4] instanceof byte[] bytes
                ? bytes
                : ClosedUnpickler.text(state[4]).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns whether there are as many bytes as the shape and the type say. */
    private boolean isWhole() {
        long elements = 1;
        for (int extent : shape) {
            if (extent < 0 || elements * extent > data.length) {
                return false;
            }
            elements *= extent;
        }
        return elements * type.bytes == data.length;
    }

    /** Returns the sizes of the dimensions, outermost first. */
    int[] shape() {
        return shape.clone();
    }

    /** Returns whether the elements are unsigned bytes, as many as the shape says. */
    boolean isBytes() {
        return type.kind.equals("u") && type.bytes == 1 && isWhole();
    }

    /** Returns the bytes of the elements, not copied. */
    byte[] data() {
        return data;
    }

    /**
     * Returns the elements as integers. It fails if they are not integers, one is too large for an {@code int}, or
     * there are too few bytes.
     */
    int[] integers() {
        boolean signed = type.kind.equals("i");
        if ((!signed && !type.kind.equals("u")) || !List.of(1, 2, 4, 8).contains(type.bytes) || !isWhole()) {
            throw new PickleException(data.length + " bytes in an array of shape " + Arrays.toString(shape)
                    + " and type " + type.kind + type.bytes + " where integers are expected");
        }
        ByteBuffer buffer = ByteBuffer.wrap(data).order(type.order);
        int[] values = new int[data.length / type.bytes];
        for (int i = 0; i < values.length; i++) {
            long value = switch (type.bytes) {
                case 1 -> signed ? buffer.get(i) : buffer.get(i) & 0xFF;
                case 2 -> signed ? buffer.getShort(2 * i) : buffer.getShort(2 * i) & 0xFFFF;
                case 4 -> signed ? buffer.getInt(4 * i) : Integer.toUnsignedLong(buffer.getInt(4 * i));
                default -> buffer.getLong(8 * i);
            };
            if (value != (int) value) {
                throw new PickleException("the number " + value + " is too large");
            }
            values[i] = (int) value;
        }
        return values;
    }
}
