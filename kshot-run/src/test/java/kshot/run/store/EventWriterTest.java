package kshot.run.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventWriterTest {
    /** Half a second after noon: 1772366400.5 s, which is 41 da 69 0a 90 20 00 00 as a double. */
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-03-01T12:00:00.5Z"), ZoneOffset.UTC);

    private static final String FILE = "events.out.tfevents.1772366400.kshot";

    @TempDir
    Path folder;

    /**
     * Every byte by hand; 300 = 0b10_0101100 is the varint ac 02, and 1.5 is 3f c0 00 00 as a float. The checksums come
     * from this Python, {@code mask(crc(bytes.fromhex("18 00 ...")))}, printed here in the file's little-endian order:
     *
     * <pre>{@code
     * def crc(data):
     *     c = 0xffffffff
     *     for byte in data:
     *         c ^= byte
     *         for _ in range(8): c = c >> 1 ^ (0x82f63b78 & -(c & 1))
     *     return c ^ 0xffffffff
     * def mask(c): return ((c >> 15 | c << 17) + 0xa282ead8) & 0xffffffff
     * }</pre>
     */
    @Test
    void writesTheBytesOfTensorFlow() throws IOException {
        String version = "18 00 00 00 00 00 00 00" // length: 24
                + " a3 7f 4b 22" // checksum of the length
                + " 09 00 00 20 90 0a 69 da 41" // field 1, 64 bits: wall_time
                + " 1a 0d 62 72 61 69 6e 2e 45 76 65 6e 74 3a 32" // field 3, 13 bytes: file_version
                + " f1 92 2a 7b"; // checksum of the data
        String scalar = "1d 00 00 00 00 00 00 00" // length: 29
                + " 60 2f df 23" // checksum of the length
                + " 09 00 00 20 90 0a 69 da 41" // field 1, 64 bits: wall_time
                + " 10 ac 02" // field 2, varint: step
                + " 2a 0f" // field 5, 15 bytes: summary
                + " 0a 0d" // field 1, 13 bytes: value
                + " 0a 06 61 2f 6c 6f 73 73" // field 1, 6 bytes: tag
                + " 15 00 00 c0 3f" // field 2, 32 bits: simple_value
                + " ea 57 31 f2"; // checksum of the data

        try (EventWriter writer = EventWriter.open(folder, NOON)) {
            writer.scalar("a/loss", 300, 1.5);
        }

        assertThat(HexFormat.ofDelimiter(" ").formatHex(Files.readAllBytes(folder.resolve(FILE))))
                .isEqualTo(version + " " + scalar);
    }

    @Test
    void isReadBackAsAWhole() throws IOException {
        Path run = folder.resolve("new/run");
        long farStep = 1L << 40;
        try (EventWriter writer = EventWriter.open(run, NOON)) {
            writer.scalar("Ähre/loss", farStep, -0.1);
            writer.scalar("x", 0, Double.POSITIVE_INFINITY);
            writer.scalar("y".repeat(20_000), 1, 1e-3);
        }

        assertThat(read(run.resolve(FILE)))
                .containsExactly(
                        new Scalar("Ähre/loss", farStep, -0.1f),
                        new Scalar("x", 0, Float.POSITIVE_INFINITY),
                        new Scalar("y".repeat(20_000), 1, 1e-3f));
    }

    @Test
    void writesWhatAPointMeasured() throws IOException {
        try (EventWriter writer = EventWriter.open(folder, NOON)) {
            writer.write(new TrainingPoint("supernet", 7, 0.5, 1.25, Double.NaN, 0.25, 0.125, 900));
            writer.write(new TrainingPoint("retrain:22", 3, 1, 2, 1.5, 0.5, 0.0625, 800, 1.25, 0.75));
        }

        assertThat(read(folder.resolve(FILE)))
                .containsExactly(
                        new Scalar("supernet/accuracy", 7, 0.25f),
                        new Scalar("supernet/learning_rate", 7, 0.125f),
                        new Scalar("supernet/images_per_second", 7, 900),
                        new Scalar("retrain:22/loss", 3, 1.5f),
                        new Scalar("retrain:22/accuracy", 3, 0.5f),
                        new Scalar("retrain:22/learning_rate", 3, 0.0625f),
                        new Scalar("retrain:22/images_per_second", 3, 800),
                        new Scalar("retrain:22/validation_loss", 3, 1.25f),
                        new Scalar("retrain:22/validation_accuracy", 3, 0.75f));
    }

    @Test
    void leavesOutWhatWasNotMeasured() throws IOException {
        try (EventWriter writer = EventWriter.open(folder, NOON)) {
            writer.scalar("x", 1, Double.NaN);
        }

        assertThat(read(folder.resolve(FILE))).isEmpty();
    }

    @Test
    void isReadableWhileItIsWritten() throws IOException {
        try (EventWriter writer = EventWriter.open(folder, NOON)) {
            writer.scalar("x", 1, 2);
            writer.flush();

            assertThat(read(folder.resolve(FILE))).containsExactly(new Scalar("x", 1, 2));
        }
    }

    @Test
    void goesOnInTheSameSecondWithoutLoss() throws IOException {
        for (int step = 0; step < 2; step++) {
            try (EventWriter writer = EventWriter.open(folder, NOON)) {
                writer.scalar("x", step, 2);
            }
        }

        assertThat(read(folder.resolve(FILE))).containsExactly(new Scalar("x", 0, 2), new Scalar("x", 1, 2));
    }

    @Test
    void goesOnLaterInAFileOfItsOwn() throws IOException {
        Clock later = Clock.fixed(NOON.instant().plusSeconds(1), ZoneOffset.UTC);
        EventWriter.open(folder, NOON).close();
        EventWriter.open(folder, later).close();

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(FILE, "events.out.tfevents.1772366401.kshot");
        }
    }

    @Test
    void refusesADirectoryThatIsAFile() throws IOException {
        Path file = Files.createFile(folder.resolve("run"));

        assertThatThrownBy(() -> EventWriter.open(file, NOON))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("event file " + file.resolve(FILE) + ": cannot be made: ");
    }

    /** RFC 3720, appendix B.4, and the string that every catalogue of checksums takes: the reader below can be trusted. */
    @Test
    void theReaderOfThisTestKnowsCrc32c() {
        byte[] ascending = new byte[32];
        byte[] descending = new byte[32];
        byte[] ones = new byte[32];
        for (int i = 0; i < 32; i++) {
            ascending[i] = (byte) i;
            descending[i] = (byte) (31 - i);
            ones[i] = (byte) 0xff;
        }

        assertThat(crc32c(new byte[32])).isEqualTo(0x8a9136aa);
        assertThat(crc32c(ones)).isEqualTo(0x62a8ab43);
        assertThat(crc32c(ascending)).isEqualTo(0x46dd794e);
        assertThat(crc32c(descending)).isEqualTo(0x113fdb5c);
        assertThat(crc32c("123456789".getBytes(US_ASCII))).isEqualTo(0xe3069283);
    }

    private record Scalar(String tag, long step, float value) {}

    /** The scalars of a file whose every record is whole, has the right checksums and the time {@link #NOON}. */
    private static List<Scalar> read(Path file) throws IOException {
        ByteBuffer in = littleEndian(Files.readAllBytes(file));
        List<Scalar> scalars = new ArrayList<>();
        assertThat(in.hasRemaining()).isTrue();
        while (in.hasRemaining()) {
            byte[] length = bytes(in, 8);
            assertThat(in.getInt()).isEqualTo(masked(crc32c(length)));
            byte[] data = bytes(in, littleEndian(length).getLong());
            assertThat(in.getInt()).isEqualTo(masked(crc32c(data)));
            readEvent(littleEndian(data), scalars);
        }
        return scalars;
    }

    private static void readEvent(ByteBuffer event, List<Scalar> scalars) {
        expectKey(event, 1, 1);
        assertThat(event.getDouble()).isEqualTo(1772366400.5);
        if (event.get(event.position()) == (3 << 3 | 2)) {
            expectKey(event, 3, 2);
            assertThat(new String(bytes(event, varint(event)), US_ASCII)).isEqualTo("brain.Event:2");
        } else {
            expectKey(event, 2, 0);
            long step = varint(event);
            expectKey(event, 5, 2);
            assertThat(varint(event)).isEqualTo(event.remaining());
            expectKey(event, 1, 2);
            assertThat(varint(event)).isEqualTo(event.remaining());
            expectKey(event, 1, 2);
            String tag = new String(bytes(event, varint(event)), UTF_8);
            expectKey(event, 2, 5);
            scalars.add(new Scalar(tag, step, event.getFloat()));
        }
        assertThat(event.hasRemaining()).isFalse();
    }

    private static void expectKey(ByteBuffer message, int field, int wireType) {
        assertThat(message.get()).isEqualTo((byte) (field << 3 | wireType));
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    private static byte[] bytes(ByteBuffer in, long length) {
        byte[] bytes = new byte[Math.toIntExact(length)];
        in.get(bytes);
        return bytes;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Bit by bit, from the reflected polynomial. */
    private static int crc32c(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ (0x82f63b78 & -(crc & 1));
            }
        }
        return ~crc;
    }

    /** TensorFlow's rule: {@code ((crc >> 15) | (crc << 17)) + 0xa282ead8}. */
    private static int masked(int crc) {
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }
}
