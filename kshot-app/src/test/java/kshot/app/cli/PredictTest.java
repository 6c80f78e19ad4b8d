package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PredictTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder;

    private static String home = "";
    private static Path run = Path.of("");
    private static Path test = Path.of("");
    private static double testAccuracy;

    /** A short training, so that some images are classified wrong. They have different sizes: of each the middle is seen. */
    @BeforeAll
    static void runOnce() throws IOException {
        home = System.setProperty("user.home", folder.toString());
        TinyRun tiny = TinyRun.in(folder);
        Path images = Files.createDirectories(folder.resolve("split"));
        Files.move(tiny.images(), images.resolve("train"));
        test = TinyRun.draw(images.resolve("test"));
        run = folder.resolve("run");
        List<String> arguments = new TinyRun(images, tiny.space())
                .commandLine(
                        run, "compare=nothing", "retrain.epochs=1", "retrain.learning_rate=0.02", "supernet.epochs=2");
        JsonNode json = JSON.readTree(
                CommandLineOutput.of(arguments.toArray(String[]::new)).success());
        testAccuracy = json.path("test_accuracy").asDouble();
    }

    @AfterAll
    static void restoreHome() {
        System.setProperty("user.home", home);
    }

    private static JsonNode predict(Path... images) {
        String[] arguments = new String[4 + images.length];
        arguments[0] = "predict";
        arguments[1] = "--run";
        arguments[2] = run.toString();
        arguments[3] = "--json";
        for (int i = 0; i < images.length; i++) {
            arguments[4 + i] = images[i].toString();
        }
        return JSON.readTree(CommandLineOutput.of(arguments).success());
    }

    @Test
    void agreesWithTheTestOfTheRun() {
        assertThat(testAccuracy).isLessThan(1);
        JsonNode json = predict(test);
        assertThat(json.path("model").asString())
                .isEqualTo(run.resolve("model.onnx").toString());
        assertThat(json.path("unreadable").size()).isZero();
        assertThat(json.path("images").size()).isEqualTo(120);
        assertThat(json.path("agreement").path("labelled").asInt()).isEqualTo(120);
        assertThat(json.path("agreement").path("accuracy").asDouble()).isEqualTo(testAccuracy);
        for (JsonNode image : json.path("images")) {
            double sum = 0;
            double largest = 0;
            for (JsonNode probability : image.path("probabilities")) {
                sum += probability.asDouble();
                largest = Math.max(largest, probability.asDouble());
            }
            assertThat(sum).isCloseTo(1, within(1e-12));
            assertThat(image.path("probability").asDouble())
                    .isEqualTo(largest)
                    .isEqualTo(image.path("probabilities")
                            .path(image.path("class").asString())
                            .asDouble());
        }
    }

    /** Single files, a folder and an archive of the same image; what is no image is named, and the rest done. */
    @Test
    void filesFoldersAndArchivesAreReadByTheirContent() throws IOException {
        Path image = test.resolve("green/3.png");
        Path some = Files.createDirectories(folder.resolve("some new"));
        Files.copy(image, some.resolve("a picture.dat"));
        Files.writeString(some.resolve("notes.png"), "no image");
        Path zip = folder.resolve("more.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("inside/green/3.png"));
            out.write(Files.readAllBytes(image));
        }
        JsonNode json = predict(image, some, zip);
        assertThat(json.path("images").size()).isEqualTo(3);
        assertThat(json.path("images").findValuesAsString("file"))
                .containsExactly(
                        image.toString(), some.resolve("a picture.dat").toString(), zip + "/inside/green/3.png");
        assertThat(json.path("images").findValuesAsString("probability"))
                .containsOnly(json.path("images").path(0).path("probability").asString());
        assertThat(json.path("unreadable").size()).isEqualTo(1);
        assertThat(json.path("unreadable").path(0).path("file").asString())
                .isEqualTo(some.resolve("notes.png").toString());
        assertThat(json.path("unreadable").path(0).path("reason").asString())
                .isEqualTo("not a JPEG, PNG, GIF, BMP, WebP, TIFF or PNM file");
        assertThat(json.path("agreement").path("labelled").asInt()).isEqualTo(2);
    }

    @Test
    void printsATableOrCommas() {
        String model = run.resolve("model.onnx").toString();
        String image = test.resolve("red/0.png").toString();
        assertThat(CommandLineOutput.of("predict", "--model", model, "--top", "2", image)
                        .success())
                .contains("| file", "| class", "| probability", "| then", image)
                .contains(" of 1 files in folders named after classes are classified as their folder says");
        List<String> csv = CommandLineOutput.of("predict", "--model", model, "--csv", image)
                .success()
                .lines()
                .toList();
        assertThat(csv).hasSize(2);
        assertThat(csv.get(0)).isEqualTo("file,class,probability,blue,green,red");
        assertThat(csv.get(1)).startsWith(image + ",").matches("[^,]*,(red|green|blue)(,[0-9.E-]+){4}");
    }

    @Test
    void namesOfFilesDoNotControlTheTerminal() throws IOException {
        Path file = Files.copy(test.resolve("red/0.png"), folder.resolve("a\u001b[31m.png"));
        assertThat(CommandLineOutput.of("predict", "--run", run.toString(), file.toString())
                        .success())
                .contains("a?[31m.png")
                .doesNotContain("\u001b");
    }

    @Test
    void refusesWhatIsNoRunModelOrImage() throws IOException {
        String image = test.resolve("red/0.png").toString();
        assertThat(CommandLineOutput.of("predict", "--run", test.toString(), image)
                        .refusal())
                .startsWith("kshot: run directory: " + test);
        assertThat(CommandLineOutput.of("predict", "--model", image, image).refusal())
                .startsWith("kshot: model " + image);
        assertThat(CommandLineOutput.of("predict", "--run", run.toString(), "/none.png")
                        .refusal())
                .startsWith("kshot: /none.png cannot be read: neither a folder nor a file");
        assertThat(CommandLineOutput.of("predict", "--run", run.toString(), "--top", "0", image)
                        .refusal())
                .contains("--top: 0");
        assertThat(CommandLineOutput.of("predict", "--run", run.toString()).refusal())
                .contains("IMAGES");
        Path text = Files.writeString(folder.resolve("text.png"), "no image");
        assertThat(CommandLineOutput.of("predict", "--run", run.toString(), text.toString())
                        .refusal())
                .contains("none of 1 files can be read");
        Path unfinished = Files.createDirectories(folder.resolve("unfinished"));
        Files.copy(run.resolve("config.yaml"), unfinished.resolve("config.yaml"));
        assertThat(CommandLineOutput.of("predict", "--run", unfinished.toString(), image)
                        .refusal())
                .contains("kshot run --resume --out " + unfinished);
    }
}
