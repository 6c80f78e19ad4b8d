package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DataCommandTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;

    private TinyRun tiny = new TinyRun(Path.of(""), Path.of(""));

    /** Draws three classes of 40 images, and adds one damaged image, a text and an empty folder. */
    @BeforeEach
    void draw() throws IOException {
        tiny = TinyRun.in(folder);
        Files.writeString(tiny.images().resolve("red/0.png"), "no image");
        Files.writeString(tiny.images().resolve("red/notes.txt"), "a note");
        Files.createDirectories(tiny.images().resolve("yellow"));
    }

    @Test
    void describesADataSetAsJson() {
        JsonNode json = JSON.readTree(
                CommandLineOutput.of("data", "--data", tiny.images().toString(), "--json")
                        .success());
        assertThat(json.path("classes").valueStream().map(JsonNode::asString)).containsExactly("blue", "green", "red");
        assertThat(json.path("train").asInt()).isEqualTo(101); // 119 images, of which 15 % test
        assertThat(json.path("validation").asInt()).isEqualTo(20);
        assertThat(json.path("test").asInt()).isEqualTo(18);
        assertThat(json.path("counts").path(2).path("name").asString()).isEqualTo("red");
        assertThat(json.path("notes").valueStream().map(JsonNode::asString))
                .contains(
                        "There was no test split: 18 of the images, drawn by the seed, became one.",
                        "left out: 1 (.txt) no images; 1 (yellow) without an image inside; 1 (.png) unreadable.");
        List<String> ignored = json.path("ignored")
                .valueStream()
                .map(file -> file.path("file").asString())
                .toList();
        assertThat(ignored).containsExactlyInAnyOrder("red/0.png", "red/notes.txt", "yellow");
    }

    @Test
    void describesADataSetAsText() {
        String text =
                CommandLineOutput.of("data", "--data", tiny.images().toString()).success();
        assertThat(text)
                .contains("101 to train (20 of them score architectures), 18 to test")
                .contains("left out: red/0.png: unreadable, not a JPEG, PNG, GIF, BMP, WebP, TIFF or PNM file")
                .contains("left out: yellow: without an image inside");
    }

    @Test
    void decodedImagesAreRemoved() {
        String images = tiny.images().toString();
        CommandLineOutput.of("data", "--data", images).success();
        assertThat(CommandLineOutput.of("data", "--data", images, "--clean").success())
                .matches("[1-9][0-9,]* bytes of decoded images removed\\R");
        JsonNode json = JSON.readTree(CommandLineOutput.of("data", "--data", images, "--clean", "--json")
                .success());
        assertThat(json.path("bytes").asLong(-1)).isZero();
    }

    @Test
    void imagesArePreparedAheadOfTime() {
        String images = tiny.images().toString();
        JsonNode json = JSON.readTree(CommandLineOutput.of("data", "--data", images, "--prepare", "--json")
                .success());
        assertThat(json.path("images").asInt()).isEqualTo(119);
        assertThat(json.path("bytes").asLong()).isGreaterThan(119 * 48 * 48);
        assertThat(json.path("images_per_second").asDouble()).isPositive();
        assertThat(CommandLineOutput.of("data", "--data", images, "--prepare").success())
                .matches("119 images ready in [0-9.]+ s, some of which were there; [1-9][0-9,]* bytes in the cache\\R");
        assertThat(CommandLineOutput.of("data", "--data", "sample", "--prepare").success())
                .matches(
                        "12,000 images ready in [0-9.]+ s, [0-9,]+ images/s; nothing in the cache, as reading their files is as"
                                + " fast\\R");
    }

    @Test
    void aRunListsWhatItLeavesOut() throws IOException {
        Path run = folder.resolve("run");
        List<String> arguments = new ArrayList<>(tiny.commandLine(run, "compare=nothing"));
        arguments.addAll(List.of("--until", "train"));
        CommandLineOutput output = CommandLineOutput.of(arguments.toArray(String[]::new));
        assertThat(output.exitCode()).isZero();
        assertThat(Files.readAllLines(run.resolve("left-out.csv")))
                .containsExactlyInAnyOrder(
                        "file,reason,detail",
                        "red/notes.txt,no images,",
                        "yellow,without an image inside,",
                        "red/0.png,unreadable,\"not a JPEG, PNG, GIF, BMP, WebP, TIFF or PNM file\"");
    }
}
