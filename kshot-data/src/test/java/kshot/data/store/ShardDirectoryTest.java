package kshot.data.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.data.files.LeftOut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 25 images of 3 bytes, three in each shard; image 7 is unreadable. */
class ShardDirectoryTest {
    private static final String KEY = "000102030405060708090a0b0c0d0e0f";
    private static final int IMAGES = 25;
    private static final int BYTES = 3;
    private static final int HEADER = 40;
    private static final LeftOut BROKEN = new LeftOut("sevén.png", LeftOut.Reason.UNREADABLE, "broken");

    @TempDir
    private Path folder;

    private final List<Integer> decoded = Collections.synchronizedList(new ArrayList<>());

    private ShardDirectory directory(String key) {
        return new ShardDirectory(folder.resolve("shards"), key, new StoreLimits(0, 3 * BYTES + 1, 1));
    }

    private Path shard(int number) {
        return folder.resolve("shards").resolve("0000" + number + ".shard");
    }

    private static byte[] image(int number) {
        return new byte[] {(byte) number, (byte) -number, 1};
    }

    private DecodingResult decode(int from, int to, ShardContent.Sink sink) throws IOException {
        TreeMap<Integer, LeftOut> unreadable = new TreeMap<>();
        for (int i = from; i < to; i++) {
            decoded.add(i);
            sink.add(image(i));
            if (i == 7) {
                unreadable.put(i, BROKEN);
            }
        }
        return new DecodingResult(to - from, 1, 0, unreadable);
    }

    private ShardedPixels prepare() throws IOException {
        decoded.clear();
        return directory(KEY).prepare(IMAGES, BYTES, this::decode);
    }

    private static void assertRight(PixelStore pixels) {
        assertThat(pixels.size()).isEqualTo(IMAGES);
        for (int i = 0; i < IMAGES; i++) {
            assertThat(pixels.read(i)).isEqualTo(image(i));
        }
    }

    @Test
    void imagesAreReadBackAsTheyWere() throws IOException {
        ShardedPixels pixels = prepare();
        assertRight(pixels);
        BitSet all = new BitSet();
        all.set(0, IMAGES);
        assertRight(HeapPixels.of(pixels, all));
        all.clear(3);
        assertThat(HeapPixels.of(pixels, all).read(3)).containsOnly(0);
        assertRight(directory(KEY).open(IMAGES, BYTES).orElseThrow());
        assertThat(decoded)
                .containsExactlyElementsOf(IntStream.range(0, IMAGES).boxed().toList());
        assertThat(pixels.decoded().resized()).isEqualTo(IMAGES);
        assertThat(pixels.decoded().greyToColor()).as("one of each shard").isEqualTo(9);
        assertThat(pixels.decoded().unreadable()).isEqualTo(new TreeMap<>(Map.of(7, BROKEN)));
        try (Stream<Path> files = Files.list(folder.resolve("shards"))) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .containsExactlyElementsOf(IntStream.range(0, 9)
                            .mapToObj(i -> "0000" + i + ".shard")
                            .toList());
        }
    }

    @Test
    void whatIsThereIsNotDecodedAgain() throws IOException {
        DecodingResult first = prepare().decoded();
        byte[] last = Files.readAllBytes(shard(8));
        Files.delete(shard(2));
        Files.delete(shard(8));
        Path unfinished = Files.writeString(folder.resolve("shards/00002.shard-1.part"), "killed");
        assertThat(directory(KEY).open(IMAGES, BYTES)).isEmpty();

        ShardedPixels again = prepare();
        assertThat(decoded).as("with the unreadable one").containsExactly(6, 7, 8, 24);
        assertRight(again);
        assertThat(again.decoded()).isEqualTo(first);
        assertThat(Files.readAllBytes(shard(8))).isEqualTo(last);
        assertThat(unfinished).doesNotExist();

        assertThat(prepare().decoded()).isEqualTo(first);
        assertThat(decoded).isEmpty();
    }

    @Test
    void aPreparationThatFailsKeepsTheShardsBefore() {
        assertThatThrownBy(() -> directory(KEY).prepare(IMAGES, BYTES, (from, to, sink) -> {
                    if (from >= 12) {
                        throw new InvalidInputException("power cut");
                    }
                    return decode(from, to, sink);
                }))
                .hasMessage("power cut");
        assertThat(shard(3)).exists();
        assertThat(shard(4)).doesNotExist();
    }

    @Test
    void shardsOfOtherDataAreReplaced() throws IOException {
        prepare();
        decoded.clear();
        String other = "ff" + KEY.substring(2);
        assertThat(directory(other).open(IMAGES, BYTES)).isEmpty();
        assertThat(directory(KEY).open(IMAGES + 1, BYTES)).isEmpty();
        assertThat(directory(KEY).open(IMAGES, BYTES - 1)).isEmpty();
        directory(other).prepare(IMAGES, BYTES, this::decode);
        assertThat(decoded).hasSize(IMAGES);
        assertThat(directory(KEY).open(IMAGES, BYTES)).isEmpty();
    }

    /** Every byte of a shard counts: one flipped bit is found when it is opened, or when an image is read. */
    @Test
    void flippedBitsAreFound() throws IOException {
        prepare();
        byte[] whole = Files.readAllBytes(shard(2));
        for (int place = 0; place < whole.length; place++) {
            byte[] damaged = whole.clone();
            damaged[place] ^= 16;
            Files.write(shard(2), damaged);
            var opened = directory(KEY).open(IMAGES, BYTES);
            if (place < HEADER || place >= HEADER + 3 * BYTES) {
                assertThat(opened).as("byte " + place).isEmpty();
            } else {
                int image = 6 + (place - HEADER) / BYTES;
                PixelStore pixels = opened.orElseThrow();
                assertThatThrownBy(() -> pixels.read(image))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessage(shard(2) + ": this file of decoded images is damaged at image " + image
                                + "; delete it, and it is made anew");
                int other = image == 8 ? 6 : image + 1;
                assertThat(pixels.read(other)).isEqualTo(image(other));
            }
        }
        Files.delete(shard(2));
        assertRight(prepare());
        assertThat(decoded).containsExactly(6, 7, 8);
    }

    @Test
    void truncatedShardsAreMadeAnew() throws IOException {
        prepare();
        byte[] whole = Files.readAllBytes(shard(2));
        for (int size = 0; size < whole.length; size++) {
            cut(shard(2), size);
            assertThat(directory(KEY).open(IMAGES, BYTES)).as("cut to " + size).isEmpty();
            Files.write(shard(2), whole);
        }
        Files.write(shard(2), new byte[1], StandardOpenOption.APPEND);
        assertThat(directory(KEY).open(IMAGES, BYTES)).as("longer").isEmpty();
        assertRight(prepare());
        assertThat(decoded).containsExactly(6, 7, 8);
        assertThat(Files.readAllBytes(shard(2))).isEqualTo(whole);
    }

    private static void cut(Path file, int size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    @Test
    void shardsThatDisappearInUseAreSaid() throws IOException {
        ShardedPixels pixels = prepare();
        cut(shard(0), HEADER + BYTES);
        assertThat(pixels.read(0)).isEqualTo(image(0));
        assertThatThrownBy(() -> pixels.read(1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(shard(0) + ": this file of decoded images is cut off before image 1; delete it, and it is"
                        + " made anew");
        Files.delete(shard(1));
        assertThatThrownBy(() -> pixels.read(3))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(shard(1) + ": this file of decoded images cannot be read (");
    }

    /** An interruption closes the channel that all threads read from. */
    @Test
    void interruptedThreadsReadOn() throws IOException {
        ShardedPixels pixels = prepare();
        pixels.read(0);
        Thread.currentThread().interrupt();
        assertThat(pixels.read(1)).isEqualTo(image(1));
        assertThat(Thread.interrupted()).as("is kept").isTrue();
        assertRight(pixels);
    }

    /** The other process finishes the third shard while this one writes it, and removes the file that this one writes to. */
    @Test
    void aSlowerProcessTakesWhatAnotherHasWritten() throws IOException {
        List<Integer> both = new ArrayList<>();
        ShardedPixels pixels = directory(KEY).prepare(IMAGES, BYTES, (from, to, sink) -> {
            both.add(from);
            DecodingResult result = decode(from, to, sink);
            if (from == 6) {
                directory(KEY).prepare(IMAGES, BYTES, this::decode);
            }
            return result;
        });
        assertThat(both).containsExactly(0, 3, 6);
        assertRight(pixels);
        assertThat(pixels.decoded().unreadable()).hasSize(1);
    }

    @Test
    void severalMayPrepareAtOnce() {
        List<CompletableFuture<ShardedPixels>> all = Stream.generate(() -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return directory(KEY).prepare(IMAGES, BYTES, this::decode);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .limit(4)
                .toList();
        all.forEach(pixels -> assertRight(pixels.join()));
    }

    @Test
    void aFullDiskIsSaidBeforeAnythingIsWritten() throws IOException {
        ShardDirectory directory = directory(KEY);
        directory.requireRoom(5_000_000_000L, 5_000_000_000L);
        assertThatThrownBy(() -> directory.requireRoom(5_000_000_000L, 4_990_000_000L))
                .isInstanceOf(IOException.class)
                .hasMessage("the images do not fit into memory, and on disk they need 5.00 GB more in "
                        + folder.resolve("shards") + "; free: 4.99; choose a smaller image size, or another folder for"
                        + " the cache (XDG_CACHE_HOME)");
    }
}
