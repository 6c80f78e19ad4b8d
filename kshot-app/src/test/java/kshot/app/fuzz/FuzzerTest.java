package kshot.app.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import kshot.app.fuzz.Fuzzer.Escape;
import kshot.app.fuzz.Fuzzer.Result;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fuzzer that finds nothing proves nothing: here are readers with bugs that it has to find. */
class FuzzerTest {
    private static final int ENOUGH = 5000;

    /** Two records: their number in two bytes, then two bytes of length and as many bytes for each. */
    private static final byte[] RECORDS = {0, 2, 0, 3, 'a', 'b', 'c', 0, 1, 'd'};

    @TempDir
    private Path folder;

    private Path watched = Path.of("");

    @BeforeEach
    void makeFolders() throws IOException {
        watched = Files.createDirectory(folder.resolve("watched"));
    }

    private Result run(Target.Reader reader, int inputs) throws IOException {
        return run(reader, inputs, Duration.ofMinutes(1));
    }

    private Result run(Target.Reader reader, int inputs, Duration limit) throws IOException {
        Target target = Target.of("planted", inputs, false, List.of(Map.of("file", RECORDS)), reader);
        return new Fuzzer(watched, folder.resolve("saved"), new Seed(7), limit).run(target, inputs);
    }

    private interface Body {
        void accept(ByteBuffer record) throws IOException;
    }

    /** A reader that is right but for what the body does. */
    private static Target.Reader records(Body body) {
        return input -> {
            ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(input.resolve("file")));
            int count = file.remaining() < 2 ? 0 : file.getShort() & 0xFFFF;
            for (int i = 0; i < count; i++) {
                InvalidInputException.require(file.remaining() >= 2, "records", i, "" + count);
                int length = file.getShort() & 0xFFFF;
                InvalidInputException.require(length <= file.remaining(), "length", length, "the rest of the file");
                body.accept(file.slice(file.position(), length));
                file.position(file.position() + length);
            }
        };
    }

    @Test
    void aRightReaderHasNoEscapes() throws IOException {
        Result result = run(records(record -> {}), ENOUGH);
        assertThat(result.escapes()).isEmpty();
        assertThat(result.accepted() + result.refused()).isEqualTo(ENOUGH);
        assertThat(result.accepted()).isPositive();
        assertThat(result.refused()).isPositive();
        assertThat(watched.resolve("input")).isEmptyDirectory();
    }

    @Test
    void anExceptionOnARareInputIsFoundSavedAndShortened() throws IOException {
        // Of 65,536 random records one starts with these two bytes.
        Target.Reader reader = records(record -> {
            if (record.remaining() > 2 && record.get(0) == 'a' && record.get(1) == (byte) 0xFF) {
                throw new IllegalStateException("planted");
            }
        });
        Result result = run(reader, ENOUGH);
        assertThat(result.escapes()).hasSize(1);
        Escape escape = result.escapes().get(0);
        assertThat(escape.problem()).startsWith("java.lang.IllegalStateException: planted");
        assertThat(escape)
                .hasToString(escape.target() + ", seed 7, input " + escape.input() + ", saved in "
                        + folder.resolve("saved/planted-7-" + escape.input()) + ": " + escape.problem());
        assertThat(Files.size(escape.saved().resolve("file"))).isLessThanOrEqualTo(RECORDS.length);
        assertThatThrownBy(() -> reader.read(escape.saved())).hasMessage("planted");

        assertThat(run(reader, escape.input()).escapes()).as("inputs before it").isEmpty();
        assertThat(run(reader, escape.input() + 1).escapes())
                .as("the same seed again")
                .hasSize(1);
    }

    @Test
    void aHangIsFound() throws IOException {
        Target.Reader reader = records(record -> {
            while (record.remaining() == 2) {
                LockSupport.parkNanos(1_000_000);
            }
        });
        Result result = run(reader, ENOUGH, Duration.ofSeconds(1));
        assertThat(result.escapes()).hasSize(1);
        assertThat(result.escapes().get(0).problem()).startsWith("no answer in 1 s: ");
    }

    @Test
    void aFileOutsideOfTheInputIsFound() throws IOException {
        Result result = run(
                records(record -> {
                    if (record.hasRemaining() && record.get(0) < 0) {
                        Files.writeString(watched.resolve("outside"), "planted");
                    }
                }),
                ENOUGH);
        assertThat(result.escapes()).hasSize(1);
        assertThat(result.escapes().get(0).problem()).contains("outside");
    }

    @Test
    void anErrorOfTheVirtualMachineIsFound() throws IOException {
        Result result = run(
                records(record -> {
                    byte[] claimed =
                            new byte[record.remaining() > 4 ? Integer.MAX_VALUE : 0]; // more than any array can hold
                    assertThat(claimed).isNotNull();
                }),
                ENOUGH);
        assertThat(result.escapes().get(0).problem()).startsWith("java.lang.OutOfMemoryError");
    }

    @Test
    void aSampleThatIsNotReadIsAnErrorOfTheTarget() {
        assertThatThrownBy(() -> run(
                        input -> {
                            throw new InvalidInputException("no");
                        },
                        1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("planted does not read its own sample [file]");
    }

    @Test
    void textIsChangedTokenByToken() throws IOException {
        // Only whole tokens keep the braces balanced: bit flips would need four at once.
        byte[] text = "{\"name\": {\"kernel\": 3}}".getBytes(StandardCharsets.ISO_8859_1);
        Target target = Target.of("text", ENOUGH, true, List.of(Map.of("file", text)), input -> {
            String changed = Files.readString(input.resolve("file"), StandardCharsets.ISO_8859_1);
            if (changed.equals("{\"name\": {\"kernel\": -9223372036854775809}}")) {
                throw new IllegalStateException("planted");
            }
        });
        assertThat(new Fuzzer(watched, folder.resolve("saved"), new Seed(7), Duration.ofMinutes(1))
                        .run(target, ENOUGH)
                        .escapes())
                .hasSize(1);
    }
}
