package kshot.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import kshot.common.InvalidInputException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {
    /**
     * The checksum is that of an implementation bit by bit:
     *
     * <pre>
     * import struct
     * h = b'{"__metadata__":{"crc32c":"00000000","step":"7"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},'
     * h = (h + b'"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}').ljust(160)
     * crc = 0xFFFFFFFF
     * for byte in struct.pack('&lt;Q', len(h)) + h + struct.pack('&lt;fff', 1.5, -2, 1e-30):
     *     crc ^= byte
     *     for _ in range(8): crc = (crc >> 1) ^ (0x82F63B78 if crc &amp; 1 else 0)
     * print('%08x' % (crc ^ 0xFFFFFFFF))
     * </pre>
     */
    private static final String HEADER = "{\"__metadata__\":{\"crc32c\":\"60dddcdf\",\"step\":\"7\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("tiny.safetensors");
    }

    private static NamedTensors tensors(float... values) {
        Tensor a = Tensor.create(values[0], values[1]).view(1, 2);
        return new NamedTensors().put("a", a).put("b", values[2]);
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
            NamedTensors read = tensors(0, 0, 0);
            Files.write(file, bytes(HEADER));
            assertThat(Safetensors.read(file, read)).isEqualTo(Map.of("step", "7"));
            assertThat(read.names().stream().map(read::toFloats))
                    .containsExactly(new float[] {1.5f, -2}, new float[] {1e-30f});
        }
    }

    static Stream<byte[]> damaged() {
        byte[] right = bytes(HEADER);
        return Stream.of(
                bytes("not JSON"),
                bytes("[]"),
                bytes("{}"),
                withChecksum(HEADER.substring(0, HEADER.length() - 1)),
                withChecksum(HEADER.replace("[1,2]", "[2,1]")),
                withChecksum(HEADER.replace("[0,8]", "[0,4]")),
                withChecksum(HEADER.replace("[0,8]", "[-8,0]")),
                withChecksum(HEADER.replace("[8,12]", "[9223372036854775800,9223372036854775804]")),
                withChecksum(HEADER.replaceFirst("F32", "F16")),
                withChecksum(HEADER.replace("\"b\"", "\"c\"")),
                withChecksum(HEADER.replaceFirst("\"F32\"", "{}")),
                withChecksum(HEADER.replace("[1,2]", "[1,{}]")),
                withChecksum(HEADER.replace("[0,8]", "[0,1e400]")),
                withLength(right, -1),
                withLength(right, Long.MAX_VALUE),
                withLength(right, right.length),
                withLength(Arrays.copyOf(right, 5 << 20), (4 << 20) + 1));
    }

    /** The same file that states another length of its header. */
    private static byte[] withLength(byte[] file, long length) {
        return ByteBuffer.wrap(file.clone())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
    }

    @Test
    void textsAreReadAsNumbers() throws IOException {
        Map<String, String> texts = Map.of("rate", "x", "seconds", "0.5");
        assertThat(Safetensors.number(file, texts, "seconds")).isEqualTo(0.5);
        assertThatThrownBy(() -> Safetensors.number(file, texts, "rate"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + " is damaged: rate is 'x', not a number");
        assertThatThrownBy(() -> Safetensors.number(file, texts, "step"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + " is damaged: step is 'null', not a number");
    }

    @Test
    void aTextThatIsNoneIsEmpty() throws IOException {
        Files.write(file, withChecksum(HEADER.replace("\"7\"", "{}")));
        assertThat(Safetensors.metadata(file)).isEqualTo(Map.of("step", ""));
    }

    /** With another header, which the checksum does not give away. */
    private static byte[] withChecksum(String header) {
        CRC32C crc = new CRC32C();
        crc.update(bytes(header.replace("60dddcdf", "00000000")));
        return bytes(header.replace("60dddcdf", String.format("%08x", crc.getValue())));
    }

    @Test
    void everyTruncationAndEveryFlippedBitIsFound() throws IOException {
        byte[] right = bytes(HEADER);
        assertThat(right).isEqualTo(withChecksum(HEADER));
        for (int length = 0; length < right.length; length++) {
            Files.write(file, Arrays.copyOf(right, length));
            requireDamaged();
        }
        for (int bit = 0; bit < 8 * right.length; bit++) {
            byte[] flipped = right.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(file, flipped);
            requireDamaged();
        }
    }

    private void requireDamaged() {
        assertThatThrownBy(() -> Safetensors.metadata(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file + " is damaged");
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
