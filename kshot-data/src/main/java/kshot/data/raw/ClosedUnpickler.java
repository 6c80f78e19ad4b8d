package kshot.data.raw;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.common.Heap;
import kshot.data.files.FileEntry;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/**
 * An unpickler for image batches with a closed list of classes: dictionaries, lists, numbers, texts, bytes and NumPy
 * arrays. A pickle may name any class to be built; here any class that is not in the list is an error.
 *
 * <p>Memory is bounded by the length of the file: lengths are checked before memory is taken, instructions are counted,
 * and so are the bytes of what they build, because a pickle may build the same value again and again. Keys are texts,
 * so no code walks through a structure that contains itself.
 */
final class ClosedUnpickler extends Unpickler {
    /** The largest file, in bytes; the largest known, CIFAR-100's {@code train}, has 155 million. */
    private static final int MAX_FILE_BYTES = 1 << 30;

    /**
     * The largest file as a share of the heap: while a file is read, it and the values built from it are in memory
     * several times.
     */
    private static final double MAX_FILE_SHARE = 0.25;

    /**
     * The largest number of instructions; the largest known batches, with two lists of 50,000 or one of 128,116, have
     * 200,000.
     */
    private static final int MAX_INSTRUCTIONS = 1_000_000;

    /** The largest number of bytes that are built, in lengths of the file: texts that become bytes, and then arrays. */
    private static final int MAX_BUILT = 4;

    /** The longest line that is a number or a name, in characters. */
    private static final int MAX_LINE = 100;

    /** The longest line that is a text, as a share of the heap: the library holds it several times. */
    private static final double MAX_TEXT_SHARE = 1 / 16.0;

    /** A value that a pickle builds in two steps: first empty, then given its state. */
    interface Stateful {
        void setState(Object[] state);
    }

    private static final Map<String, IObjectConstructor> CONSTRUCTORS = constructors();

    private final ByteArrayInputStream bytes;
    private final long mostBuilt;
    private int instructions;
    private long built;

    private ClosedUnpickler(byte[] file) {
        this.bytes = new ByteArrayInputStream(file);
        this.mostBuilt = (long) MAX_BUILT * file.length;
    }

    /**
     * Reads the dictionary in a file. Its keys may be texts or bytes in the file; they are texts in the result.
     *
     * @throws IOException if the file is no pickle, holds something else, or names a class that is not allowed
     */
    static Map<String, Object> dictionary(FileEntry file) throws IOException {
        int limit = (int) Math.min(MAX_FILE_BYTES, Heap.share(MAX_FILE_SHARE));
        ClosedUnpickler unpickler = new ClosedUnpickler(file.read(limit));
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

    /** Returns whether a value is a text, which Python 2 or 3 may have written as bytes. */
    static boolean isText(@Nullable Object value) {
        return value instanceof String || value instanceof byte[];
    }

    /** Returns a value as a text. */
    static String text(@Nullable Object value) {
        if (value instanceof byte[] latin1) {
            return new String(latin1, StandardCharsets.ISO_8859_1);
        }
        if (value instanceof String text) {
            return text;
        }
        throw new PickleException((value == null ? "None" : value.getClass().getSimpleName()) + " instead of a text");
    }

    private static Map<String, IObjectConstructor> constructors() {
        Map<String, IObjectConstructor> map = new HashMap<>();
        for (String core : new String[] {"numpy.core", "numpy._core"}) {
            map.put(core + ".multiarray._reconstruct", arguments -> new NumpyArray());
            map.put(core + ".numeric._frombuffer", NumpyArray::fromBuffer);
        }
        map.put("numpy.ndarray", arguments -> new NumpyArray());
        map.put("numpy.dtype", arguments -> new NumpyArray.Type(text(arguments[0])));
        map.put("_codecs.encode", ClosedUnpickler::encode);
        return Map.copyOf(map);
    }

    /** Decodes the form in which protocol 2 of Python 3 writes bytes. */
    private static byte[] encode(Object[] arguments) {
        if (!text(arguments[1]).equals("latin1")) {
            throw new PickleException("the encoding " + text(arguments[1]) + " is not allowed; allowed: latin1");
        }
        return text(arguments[0]).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    protected Object dispatch(short key) throws IOException {
        if (++instructions > MAX_INSTRUCTIONS) {
            throw new PickleException("more than " + MAX_INSTRUCTIONS + " instructions");
        }
        switch (key) {
            case Opcodes.GLOBAL -> {
                String module = line();
                stack.add(constructor(module, line()));
            }
            case Opcodes.STACK_GLOBAL -> {
                Object name = stack.pop();
                stack.add(constructor(text(stack.pop()), text(name)));
            }
            case Opcodes.BUILD -> {
                Object[] state = (Object[]) stack.pop();
                ((Stateful) stack.peek()).setState(state);
                count(stack.peek());
            }
            case Opcodes.REDUCE, Opcodes.NEWOBJ -> {
                super.dispatch(key);
                count(stack.peek());
            }
            case Opcodes.SETITEM -> {
                Object value = stack.pop();
                put(Arrays.asList(stack.pop(), value), stack.peek());
            }
            case Opcodes.SETITEMS -> put(stack.pop_all_since_marker(), stack.peek());
            case Opcodes.DICT -> {
                List<Object> items = stack.pop_all_since_marker();
                stack.add(new HashMap<>());
                put(items, stack.peek());
            }
            case Opcodes.BINSTRING -> {
                // Python 2 keeps pixels in these; the library would hold them several times over.
                requireAvailable(4);
                stack.add(PickleUtils.readbytes(input, PickleUtils.bytes_to_integer(PickleUtils.readbytes(input, 4))));
            }
            case Opcodes.INST, Opcodes.OBJ, Opcodes.NEWOBJ_EX, Opcodes.EXT1, Opcodes.EXT2, Opcodes.EXT4 ->
                throw new PickleException("opcode " + key + " is not allowed");
            case Opcodes.EMPTY_SET, Opcodes.ADDITEMS, Opcodes.FROZENSET ->
                throw new PickleException("sets are not allowed");
            case Opcodes.INT, Opcodes.LONG, Opcodes.FLOAT, Opcodes.GET, Opcodes.PUT -> {
                requireLine(MAX_LINE);
                return super.dispatch(key);
            }
            case Opcodes.STRING, Opcodes.UNICODE -> {
                requireLine((int) Math.min(MAX_FILE_BYTES, Heap.share(MAX_TEXT_SHARE)));
                return super.dispatch(key);
            }
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

    /** Puts alternating keys and values into a dictionary. */
    @SuppressWarnings("unchecked")
    private static void put(List<Object> items, Object dictionary) {
        for (int i = 0; i < items.size(); i += 2) {
            ((Map<String, Object>) dictionary).put(text(items.get(i)), items.get(i + 1));
        }
    }

    /** Counts the bytes of a value that was built anew from something that is still in memory. */
    private void count(Object value) {
        if (value instanceof byte[] array) {
            built += array.length;
        } else if (value instanceof NumpyArray array) {
            built += array.data().length;
        }
        if (built > mostBuilt) {
            throw new PickleException("builds more than " + mostBuilt + " bytes");
        }
    }

    private String line() throws IOException {
        requireLine(MAX_LINE);
        return PickleUtils.readline(input);
    }

    /**
     * Checks, without consuming it, that the current line is not too long: the library reads numbers in a time
     * quadratic in their length.
     */
    private void requireLine(int longest) {
        bytes.mark(longest);
        int length = 0;
        for (int next = bytes.read(); next >= 0 && next != '\n'; next = bytes.read()) {
            if (++length > longest) {
                throw new PickleException("a line of more than " + longest + " characters");
            }
        }
        bytes.reset();
    }

    /** Checks, without consuming it, a length that is stated in the given number of bytes. */
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
