package kshot.data.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.razorvine.pickle.PickleException;

/** A NumPy array as pickled: its shape, type and bytes, in C order. */
final class NumpyArray implements ClosedUnpickler.Stateful {
    /** An element type; its state has the byte order in second place. */
    static final class Type implements ClosedUnpickler.Stateful {
        private final String name;
        private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

        /** A type by NumPy's short name, as {@code u1} or {@code i8}. */
        Type(String name) {
            this.name = name;
        }

        @Override
        public void setState(Object[] state) {
            order = ClosedUnpickler.text(state[1]).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        }
    }

    private int[] shape = {};
    private Type type = new Type("");
    private byte[] data = {};

    /** The arguments of {@code _frombuffer}: bytes, type, shape, order. */
    static NumpyArray fromBuffer(Object[] arguments) {
        NumpyArray array = new NumpyArray();
        boolean fortran = ClosedUnpickler.text(arguments[3]).equals("F");
        array.setState(new Object[] {1, arguments[2], arguments[1], fortran, arguments[0]});
        return array;
    }

    /** Version, shape, type, whether in Fortran order, bytes. */
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
        data = state[4] instanceof byte[] bytes ? bytes : state[4].toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Extents, outermost first. */
    int[] shape() {
        return shape.clone();
    }

    /** Whether the elements are unsigned bytes, as many as the shape says. */
    boolean isBytes() {
        long elements = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
        return type.name.equals("u1") && elements == data.length;
    }

    /** The bytes of the elements, not copied. */
    byte[] data() {
        return data;
    }

    /** The elements as integers; fails for other than integer types. */
    int[] integers() {
        ByteBuffer buffer = ByteBuffer.wrap(data).order(type.order);
        int size = Integer.parseInt(type.name.substring(1));
        if (type.name.charAt(0) != 'i' && type.name.charAt(0) != 'u') {
            throw new PickleException("numbers of type " + type.name + " where integers are expected");
        }
        int[] values = new int[data.length / size];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (size) {
                case 1 -> buffer.get(i) & 0xFF;
                case 2 -> buffer.getShort(2 * i);
                case 4 -> buffer.getInt(4 * i);
                default -> Math.toIntExact(buffer.getLong(8 * i));
            };
        }
        return values;
    }
}
