package kshot.data.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import kshot.data.files.FileEntry;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import net.razorvine.pickle.objects.ByteArrayConstructor;

/**
 * Reads the pickles of image batches: dictionaries, lists, numbers, texts, bytes and NumPy arrays. A pickle may name any
 * class to be built; here the list of those that can be is closed, and whatever else is named is an error. Lengths are
 * checked against the file before memory is taken.
 */
final class ClosedUnpickler extends Unpickler {
    /** Largest file, in bytes; the largest known, CIFAR-100's {@code train}, has 155 million. */
    private static final int MAX_FILE_BYTES = 1 << 30;

    /** What a pickle builds in two steps: empty, then given its state. */
    interface Stateful {
        void setState(Object[] state);
    }

    private static final Map<String, IObjectConstructor> CONSTRUCTORS = constructors();

    private final ByteArrayInputStream bytes;

    private ClosedUnpickler(byte[] file) {
        this.bytes = new ByteArrayInputStream(file);
    }

    /**
     * The dictionary in a file. Its keys may be texts or bytes and are texts here.
     *
     * @throws IOException if the file is no pickle, holds something else, or names a class that is not allowed
     */
    static Map<String, Object> dictionary(FileEntry file) throws IOException {
        ClosedUnpickler unpickler = new ClosedUnpickler(file.read(MAX_FILE_BYTES));
        Object value;
        try {
            value = unpickler.load(unpickler.bytes);
        } catch (IOException | RuntimeException e) {
            // The library answers a broken pickle with whatever exception it runs into.
            throw new IOException(file.path() + ": not a pickle of an image batch: " + e.getMessage(), e);
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new IOException(file.path() + ": not a pickle of a dictionary");
        }
        Map<String, Object> dictionary = new HashMap<>();
        map.forEach((key, entry) -> {
            if (entry != null) {
                dictionary.put(text(key), entry);
            }
        });
        return dictionary;
    }

    /** A text that Python 2 or 3 may have written as bytes. */
    static String text(Object value) {
        return value instanceof byte[] latin1 ? new String(latin1, StandardCharsets.ISO_8859_1) : value.toString();
    }

    private static Map<String, IObjectConstructor> constructors() {
        Map<String, IObjectConstructor> map = new HashMap<>();
        for (String core : new String[] {"numpy.core", "numpy._core"}) {
            map.put(core + ".multiarray._reconstruct", arguments -> new NumpyArray());
            map.put(core + ".numeric._frombuffer", NumpyArray::fromBuffer);
        }
        map.put("numpy.ndarray", arguments -> new NumpyArray());
        map.put("numpy.dtype", arguments -> new NumpyArray.Type(text(arguments[0])));
        map.put("_codecs.encode", new ByteArrayConstructor());
        return Map.copyOf(map);
    }

    @Override
    protected Object dispatch(short key) throws IOException {
        switch (key) {
            case Opcodes.GLOBAL -> {
                String module = PickleUtils.readline(input);
                stack.add(constructor(module, PickleUtils.readline(input)));
            }
            case Opcodes.STACK_GLOBAL -> {
                Object name = stack.pop();
                stack.add(constructor(text(stack.pop()), text(name)));
            }
            case Opcodes.BUILD -> {
                Object[] state = (Object[]) stack.pop();
                ((Stateful) stack.peek()).setState(state);
            }
            case Opcodes.BINSTRING -> {
                // Python 2 keeps pixels in these; the library would hold them several times over.
                requireAvailable(4);
                stack.add(PickleUtils.readbytes(input, PickleUtils.bytes_to_integer(PickleUtils.readbytes(input, 4))));
            }
            case Opcodes.INST, Opcodes.EXT1, Opcodes.EXT2, Opcodes.EXT4 ->
                throw new PickleException("opcode " + key + " is not allowed");
            case Opcodes.BINBYTES, Opcodes.BINUNICODE, Opcodes.LONG4 -> {
                requireAvailable(4);
                return super.dispatch(key);
            }
            case Opcodes.BINBYTES8, Opcodes.BINUNICODE8, Opcodes.BYTEARRAY8 -> {
                requireAvailable(8);
                return super.dispatch(key);
            }
            default -> {
                return super.dispatch(key);
            }
        }
        return NO_RETURN_VALUE;
    }

    private static IObjectConstructor constructor(String module, String name) {
        IObjectConstructor constructor = CONSTRUCTORS.get(module + "." + name);
        if (constructor == null) {
            throw new PickleException("the class " + module + "." + name + " is not allowed; allowed: "
                    + CONSTRUCTORS.keySet().stream().sorted().toList());
        }
        return constructor;
    }

    /** Looks ahead at a length of the given number of bytes. */
    private void requireAvailable(int lengthBytes) throws IOException {
        bytes.mark(lengthBytes);
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        length.put(bytes.readNBytes(lengthBytes));
        bytes.reset();
        long stated = length.getLong(0);
        if (stated < 0 || stated > bytes.available() - lengthBytes) {
            throw new PickleException("a length of " + stated + " bytes, with " + bytes.available() + " left");
        }
    }
}
