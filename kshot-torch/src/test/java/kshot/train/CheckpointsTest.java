package kshot.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.execute.WidthSpace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    private static final Map<String, String> IDENTITY = Map.of("seed", "1", "data", "abc");

    private final List<String> warnings = new ArrayList<>();
    private final SupernetTrainer trainer = trainer();

    @TempDir
    private Path folder;

    private static SupernetTrainer trainer() {
        return new SupernetTrainer(
                new WidthSpace(),
                SupernetSettingsTest.settings(2, 3, 2),
                TinyImages.training(4 * TinyImages.BATCH),
                new Seed(1));
    }

    @AfterEach
    void close() {
        trainer.close();
    }

    private Checkpoints checkpoints(Map<String, String> identity) {
        return new Checkpoints(folder, "supernets", identity, List.of(), 60, warnings::add);
    }

    private void write(Checkpoints checkpoints, long... steps) throws IOException {
        for (long step : steps) {
            trainer.train(step, done -> {});
            checkpoints.write(trainer, Map.of("note", "of " + step));
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private static String name(long step) {
        return String.format("supernets-%08d.safetensors", step);
    }

    @Test
    void theLastTwoAreKeptAndTheNewestIsLoaded() throws IOException {
        Files.writeString(folder.resolve("winner-00000001.safetensors"), "of another training");
        Files.writeString(folder.resolve(name(1) + ".part"), "begun and never done");
        write(checkpoints(IDENTITY), 2, 5, 7);
        assertThat(names()).containsExactly(name(5), name(7), "winner-00000001.safetensors");
        try (SupernetTrainer other = trainer()) {
            assertThat(checkpoints(IDENTITY).load(other))
                    .hasValueSatisfying(notes -> assertThat(notes).containsEntry("note", "of 7"));
            assertThat(other.step()).isEqualTo(7);
        }
        assertThat(warnings).isEmpty();
        checkpoints(IDENTITY).clear();
        assertThat(names()).containsExactly("winner-00000001.safetensors");
        try (SupernetTrainer other = trainer()) {
            assertThat(checkpoints(IDENTITY).load(other)).isEmpty();
            assertThat(other.step()).isZero();
        }
    }

    @Test
    void aDamagedOneFallsBackToTheOneBeforeAndSaysSo() throws IOException {
        write(checkpoints(IDENTITY), 3, 4);
        byte[] bytes = Files.readAllBytes(folder.resolve(name(4)));
        byte[] flipped = bytes.clone();
        flipped[bytes.length / 2] ^= 1;
        for (byte[] damaged : List.of(flipped, Arrays.copyOf(bytes, bytes.length - 1), new byte[0])) {
            Files.write(folder.resolve(name(4)), damaged);
            warnings.clear();
            try (SupernetTrainer other = trainer()) {
                assertThat(checkpoints(IDENTITY).load(other)).isPresent();
                assertThat(other.step()).isEqualTo(3);
                assertThat(warnings).singleElement().asString().contains(name(4) + " is damaged", "going back");
            }
        }
        Files.write(folder.resolve(name(3)), flipped);
        try (SupernetTrainer other = trainer()) {
            assertThat(checkpoints(IDENTITY).load(other)).isEmpty();
        }
    }

    /** Kept, a damaged file would push out a whole one. */
    @Test
    void whatIsAheadIsGivenUp() throws IOException {
        write(checkpoints(IDENTITY), 3);
        Files.writeString(folder.resolve(name(8)), "damaged");
        write(checkpoints(IDENTITY), 5);
        assertThat(names()).containsExactly(name(3), name(5));
    }

    @Test
    void thoseOfSomethingElseAreRefusedWithBothValues() throws IOException {
        write(checkpoints(IDENTITY), 1);
        Checkpoints ofOtherData = checkpoints(Map.of("seed", "1", "data", "xyz"));
        assertThatThrownBy(() -> ofOtherData.load(trainer))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(folder.resolve(name(1)) + ", data: abc is not allowed; allowed: xyz, as in this run");
    }

    @Test
    void aStepAfterTheEndIsRefused() throws IOException {
        write(checkpoints(IDENTITY), 7);
        Path file = folder.resolve(name(7));
        try (SupernetTrainer shorter = new SupernetTrainer(
                new WidthSpace(),
                SupernetSettingsTest.settings(2, 3, 2),
                TinyImages.training(2 * TinyImages.BATCH),
                new Seed(1))) {
            assertThatThrownBy(() -> shorter.load(file))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("step of " + file + ": 7.0 is not allowed; allowed: 0 to 6");
        }
    }

    /** Writing one takes two seconds of this clock; then 100 seconds have to pass, and where it takes none, 60. */
    @Test
    void theyTakeTwoPercentOfTheTimeAtMost() throws IOException {
        AtomicLong now = new AtomicLong();
        AtomicLong tick = new AtomicLong();
        Checkpoints checkpoints = new Checkpoints(
                folder, "supernets", IDENTITY, List.of(), 60, warnings::add, () -> now.getAndAdd(tick.get()));
        assertThat(dueAfter(checkpoints, now)).isEqualTo(60);
        checkpoints.write(trainer, Map.of());
        assertThat(dueAfter(checkpoints, now)).isEqualTo(60);
        tick.set(2_000_000_000L);
        checkpoints.write(trainer, Map.of());
        tick.set(0);
        now.addAndGet(-2_000_000_000L); // the last tick, after the end was read
        assertThat(dueAfter(checkpoints, now)).isEqualTo(100);
    }

    @Test
    void snapshotsAreDueOnceAndStay() throws IOException {
        Checkpoints checkpoints = new Checkpoints(folder, "supernets", IDENTITY, List.of(2L, 4L), 60, warnings::add);
        assertThat(checkpoints.isDue(1)).isFalse();
        assertThat(checkpoints.isDue(2)).isTrue();
        write(checkpoints, 2);
        assertThat(checkpoints.isDue(2)).isFalse();
        write(checkpoints, 4, 5, 7, 8);
        assertThat(names()).containsExactly(name(2), name(4), name(7), name(8));
        try (SupernetTrainer other = trainer()) {
            other.load(checkpoints.at(2));
            assertThat(other.step()).isEqualTo(2);
            assertThatThrownBy(() -> checkpoints.at(5))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(name(5))
                    .hasMessageContaining("missing");
        }
    }

    private static long dueAfter(Checkpoints checkpoints, AtomicLong now) {
        for (long seconds = 0; ; seconds++) {
            if (checkpoints.isDue(0)) {
                return seconds;
            }
            now.addAndGet(1_000_000_000L);
        }
    }
}
