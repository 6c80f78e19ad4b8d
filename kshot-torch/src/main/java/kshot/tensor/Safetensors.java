package kshot.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import kshot.common.InvalidInputException;
import kshot.common.WholeFile;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes files of named float32 tensors in the safetensors format: the length of a JSON header in eight bytes, little endian; the
 * header, which names type, shape and place of each tensor; the numbers. Reading one runs nothing.
 *
 * <p>The first text of each file, {@value #CHECKSUM}, is the CRC-32C (RFC 3720, appendix B.4) of the whole file with zeros
 * in the place of these eight hexadecimal digits. Reading checks it before anything else.
 */
public final class Safetensors {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String METADATA = "__metadata__";
    private static final String CHECKSUM = "crc32c";
    private static final String NO_CHECKSUM = "00000000";

    /** The text before the digits of the checksum, which says at which place of the header they are. */
    private static final byte[] BEFORE_CHECKSUM =
            ("{\"" + METADATA + "\":{\"" + CHECKSUM + "\":\"").getBytes(StandardCharsets.US_ASCII);

    private static final long LONGEST_HEADER = 4L << 20; // a tree of JSON takes some twenty times its text
    private static final int CHUNK = 64 << 20;
    private static final int BUFFER = 1 << 20;

    private Safetensors() {}

    /** Writes contiguous float32 tensors and some text, as a {@link WholeFile}. */
    public static void write(Path file, NamedTensors named, Map<String, String> metadata) throws IOException {
        Map<String, Tensor> tensors = named.asMap();
        ObjectNode header = JSON.createObjectNode();
        ObjectNode texts = header.putObject(METADATA).put(CHECKSUM, NO_CHECKSUM);
        new TreeMap<>(metadata).forEach(texts::put);
        long end = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            if (LibTorch.type(tensor) != ScalarType.Float || !tensor.is_contiguous()) {
                throw new IllegalArgumentException(entry.getKey() + " is no contiguous float32 tensor");
            }
            ObjectNode description = header.putObject(entry.getKey()).put("dtype", "F32");
            description.set("shape", JSON.valueToTree(tensor.shape()));
            description.set("data_offsets", JSON.valueToTree(new long[] {end, end + tensor.nbytes()}));
            end += tensor.nbytes();
        }
        byte[] json = padded(JSON.writeValueAsBytes(header));
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .array();
        CRC32C crc = new CRC32C();
        crc.update(length);
        crc.update(json);
        for (Tensor tensor : tensors.values()) {
            forEachChunk(tensor, crc::update);
        }
        putChecksum(json, hex(crc));
        WholeFile.write(file, channel -> {
            WholeFile.writeAll(channel, ByteBuffer.wrap(length));
            WholeFile.writeAll(channel, ByteBuffer.wrap(json));
            for (Tensor tensor : tensors.values()) {
                forEachChunk(tensor, chunk -> WholeFile.writeAll(channel, chunk));
            }
        });
    }

    private static void putChecksum(byte[] json, String digits) {
        System.arraycopy(
                digits.getBytes(StandardCharsets.US_ASCII), 0, json, BEFORE_CHECKSUM.length, NO_CHECKSUM.length());
    }

    private static String hex(CRC32C crc) {
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** The format wants the numbers to start at a multiple of eight bytes; spaces after the JSON are allowed for that. */
    private static byte[] padded(byte[] json) {
        byte[] result = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
        Arrays.fill(result, json.length, result.length, (byte) ' ');
        return result;
    }

    private interface ChunkAction {
        void accept(ByteBuffer chunk) throws IOException;
    }

    private static void forEachChunk(Tensor tensor, ChunkAction action) throws IOException {
        try (PointerScope scope = new PointerScope()) {
            BytePointer bytes = new BytePointer(tensor.cpu().data_ptr());
            for (long from = 0; from < tensor.nbytes(); from += CHUNK) {
                long size = Math.min(CHUNK, tensor.nbytes() - from);
                action.accept(bytes.getPointer(from).capacity(size).asByteBuffer());
            }
        }
    }

    /**
     * Fills tensors from a file that has such names and shapes, among others.
     *
     * @return the text that was written with them
     * @throws InvalidInputException if the file is no such file, is damaged, or holds others
     */
    public static Map<String, String> read(Path file, NamedTensors tensors) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Header header = Header.of(channel, file);
            for (Map.Entry<String, Tensor> entry : tensors.asMap().entrySet()) {
                fill(channel, header, entry.getValue(), file, entry.getKey());
            }
            return header.metadata();
        }
    }

    /**
     * Returns the text of a file, whatever its tensors are.
     *
     * @throws InvalidInputException if the file is damaged
     */
    public static Map<String, String> metadata(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return Header.of(channel, file).metadata();
        }
    }

    /** Returns a number among the texts of a file. */
    public static double number(Path file, Map<String, String> metadata, String key) {
        String text = metadata.get(key);
        try {
            return Double.parseDouble(String.valueOf(text));
        } catch (NumberFormatException e) {
            throw new InvalidInputException(file + " is damaged: " + key + " is '" + text + "', not a number", e);
        }
    }

    /**
     * The header of a file whose checksum is right.
     *
     * @param json as it was read
     * @param start where the numbers begin in the file
     */
    private record Header(JsonNode json, long start) {
        static Header of(FileChannel channel, Path file) throws IOException {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            readAll(channel, length, file);
            long headerLength = length.flip().getLong();
            int shortest = BEFORE_CHECKSUM.length + NO_CHECKSUM.length();
            require(
                    headerLength >= shortest && headerLength <= Math.min(LONGEST_HEADER, channel.size()),
                    file,
                    "its header");
            byte[] json = new byte[(int) headerLength];
            readAll(channel, ByteBuffer.wrap(json), file);
            requireChecksum(channel, length.array(), json, file);
            return new Header(parse(json, file), Long.BYTES + headerLength);
        }

        /** Reads the rest of the file. */
        private static void requireChecksum(FileChannel channel, byte[] length, byte[] header, Path file)
                throws IOException {
            byte[] zeroed = header.clone();
            putChecksum(zeroed, NO_CHECKSUM);
            CRC32C crc = new CRC32C();
            crc.update(length);
            crc.update(zeroed);
            ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(BUFFER, channel.size()));
            while (channel.read(buffer.clear()) >= 0) {
                crc.update(buffer.flip());
            }
            byte[] expected = zeroed.clone();
            System.arraycopy(BEFORE_CHECKSUM, 0, expected, 0, BEFORE_CHECKSUM.length);
            putChecksum(expected, hex(crc));
            if (!Arrays.equals(header, expected)) {
                throw new InvalidInputException(file + " is damaged: it does not have the checksum that it states");
            }
        }

        Map<String, String> metadata() {
            Map<String, String> metadata = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : json.path(METADATA).properties()) {
                metadata.put(entry.getKey(), entry.getValue().asString(""));
            }
            metadata.remove(CHECKSUM);
            return metadata;
        }
    }

    private static JsonNode parse(byte[] json, Path file) {
        try {
            return JSON.readTree(new String(json, StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            throw new InvalidInputException(file + " is damaged: its header is not JSON", e);
        }
    }

    private static void fill(FileChannel channel, Header header, Tensor tensor, Path file, String name)
            throws IOException {
        JsonNode description = header.json.path(name);
        long from = description.path("data_offsets").path(0).asLong(-1);
        long to = description.path("data_offsets").path(1).asLong(-1);
        require(
                description.path("dtype").asString("").equals("F32")
                        && Arrays.equals(shape(description), tensor.shape())
                        && from >= 0
                        && to - from == tensor.nbytes()
                        && to <= channel.size() - header.start,
                file,
                name + " of shape " + Arrays.toString(tensor.shape()));
        channel.position(header.start + from);
        try (PointerScope scope = new PointerScope()) {
            Tensor host = tensor.cpu();
            forEachChunk(host, chunk -> readAll(channel, chunk, file));
            if (!tensor.is_cpu()) {
                tensor.copy_(host);
            }
        }
    }

    private static long[] shape(JsonNode description) {
        return description
                .path("shape")
                .valueStream()
                .mapToLong(extent -> extent.asLong(-1))
                .toArray();
    }

    private static void readAll(FileChannel channel, ByteBuffer buffer, Path file) throws IOException {
        while (buffer.hasRemaining()) {
            require(channel.read(buffer) >= 0, file, "its end");
        }
    }

    private static void require(boolean condition, Path file, String what) {
        if (!condition) {
            throw new InvalidInputException(file + " is damaged or of another run: cannot read " + what);
        }
    }
}
