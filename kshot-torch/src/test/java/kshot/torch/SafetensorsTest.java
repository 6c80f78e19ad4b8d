package kshot.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {
    private static final String HEADER = "{\"__metadata__\":{\"step\":\"7\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("tiny.safetensors");
    }

    private static Map<String, Tensor> tensors(float... values) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(
                "a", LibTorch.ofFloats(ScalarType.Float, values[0], values[1]).view(1, 2));
        tensors.put("b", LibTorch.ofFloats(ScalarType.Float, values[2]));
        return tensors;
    }

    /** The tiny file by hand: the header is padded to a multiple of eight bytes. */
    private static byte[] bytes(String header) {
        int length = (header.length() + 7) / 8 * 8;
        byte[] padded = Arrays.copyOf(header.getBytes(StandardCharsets.US_ASCII), length);
        Arrays.fill(padded, header.length(), length, (byte) ' ');
        return ByteBuffer.allocate(Long.BYTES + length + 3 * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(padded)
                .putFloat(1.5f)
                .putFloat(-2)
                .putFloat(1e-30f)
                .array();
    }

    @Test
    void bytesAreThoseOfTheFormat() throws IOException {
        try (PointerScope scope = new PointerScope()) {
            Safetensors.write(file, tensors(1.5f, -2, 1e-30f), Map.of("step", "7"));
            assertThat(Files.readAllBytes(file)).isEqualTo(bytes(HEADER));
            assertThat(folder).isDirectoryNotContaining("glob:**.part");
        }
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> read = tensors(0, 0, 0);
            Files.write(file, bytes(HEADER));
            assertThat(Safetensors.read(file, read)).isEqualTo(Map.of("step", "7"));
            assertThat(read.values().stream().map(LibTorch::toFloats))
                    .containsExactly(new float[] {1.5f, -2}, new float[] {1e-30f});
        }
    }

    static Stream<byte[]> damaged() {
        byte[] right = bytes(HEADER);
        return Stream.of(
                new byte[0],
                Arrays.copyOf(right, 5),
                Arrays.copyOf(right, 40),
                Arrays.copyOf(right, right.length - 1),
                bytes("not JSON"),
                bytes("[]"),
                bytes("{}"),
                bytes(HEADER.replace("[1,2]", "[2,1]")),
                bytes(HEADER.replace("[0,8]", "[0,4]")),
                bytes(HEADER.replace("[0,8]", "[-8,0]")),
                bytes(HEADER.replace("[8,12]", "[9223372036854775800,9223372036854775804]")),
                bytes(HEADER.replaceFirst("F32", "F16")),
                bytes(HEADER.replace("\"b\"", "\"c\"")),
                ByteBuffer.wrap(right.clone()).putLong(-1).array());
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void aDamagedFileIsNamed(byte[] content) throws IOException {
        Files.write(file, content);
        try (PointerScope scope = new PointerScope()) {
            assertThatThrownBy(() -> Safetensors.read(file, tensors(0, 0, 0)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(file + " is damaged")
                    .extracting(Throwable::getMessage)
                    .asString()
                    .doesNotContain("\n");
        }
    }
}
