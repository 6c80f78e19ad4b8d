package kshot.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
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
 * Files of named float32 tensors in the safetensors format: the length of a JSON header in eight bytes, little endian; the
 * header, which names type, shape and place of each tensor; the numbers. Reading one runs nothing.
 */
final class Safetensors {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String METADATA = "__metadata__";
    private static final long LONGEST_HEADER = 64L << 20;
    private static final int CHUNK = 64 << 20;

    private Safetensors() {}

    /** Writes contiguous float32 tensors and some text, as a {@link WholeFile}. */
    static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        header.set(METADATA, JSON.valueToTree(new TreeMap<>(metadata)));
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
        ByteBuffer length =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length);
        WholeFile.write(file, channel -> {
            WholeFile.writeAll(channel, length.flip());
            WholeFile.writeAll(channel, ByteBuffer.wrap(json));
            for (Tensor tensor : tensors.values()) {
                forEachChunk(tensor, chunk -> WholeFile.writeAll(channel, chunk));
            }
        });
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
            BytePointer bytes = new BytePointer(tensor.data_ptr());
            for (long from = 0; from < tensor.nbytes(); from += CHUNK) {
                long size = Math.min(CHUNK, tensor.nbytes() - from);
                action.accept(bytes.getPointer(from).capacity(size).asByteBuffer());
            }
        }
    }

    /**
     * Fills tensors from a file that has exactly these names and shapes.
     *
     * @return the text that was written with them
     * @throws InvalidInputException if the file is no such file, or holds others
     */
    static Map<String, String> read(Path file, Map<String, Tensor> tensors) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            readAll(channel, length, file);
            long headerLength = length.flip().getLong();
            require(headerLength > 0 && headerLength <= Math.min(LONGEST_HEADER, channel.size()), file, "its header");
            byte[] json = new byte[(int) headerLength];
            readAll(channel, ByteBuffer.wrap(json), file);
            JsonNode header = parse(json, file);
            long start = Long.BYTES + headerLength;
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                fill(channel, start, header.path(entry.getKey()), entry.getValue(), file, entry.getKey());
            }
            Map<String, String> metadata = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : header.path(METADATA).properties()) {
                metadata.put(entry.getKey(), entry.getValue().asString());
            }
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

    private static void fill(
            FileChannel channel, long start, JsonNode description, Tensor tensor, Path file, String name)
            throws IOException {
        long from = description.path("data_offsets").path(0).asLong(-1);
        long to = description.path("data_offsets").path(1).asLong(-1);
        require(
                description.path("dtype").asString().equals("F32")
                        && Arrays.equals(shape(description), tensor.shape())
                        && from >= 0
                        && to - from == tensor.nbytes()
                        && to <= channel.size() - start,
                file,
                name + " of shape " + Arrays.toString(tensor.shape()));
        channel.position(start + from);
        forEachChunk(tensor, chunk -> readAll(channel, chunk, file));
    }

    private static long[] shape(JsonNode description) {
        return description
                .path("shape")
                .valueStream()
                .mapToLong(JsonNode::asLong)
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
