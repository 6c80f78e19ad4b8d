package kshot.run.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import kshot.common.Seed;
import kshot.data.files.FileEntry;
import kshot.network.FeatureShape;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.network.WeightValues;
import kshot.onnx.OnnxOptions;
import kshot.onnx.OnnxWriter;
import kshot.onnx.Preprocessing;
import kshot.onnx.Preprocessing.Colours;
import kshot.onnx.Preprocessing.Resize;
import kshot.run.Chromium;
import kshot.run.progress.RunListener;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * Classifies images by docs/examples/web in Chromium, and compares with ONNX Runtime in Java. {@code -Dkshot.node_modules=DIR}
 * names the folder in which onnxruntime-web is installed, if that is another one than that of the example.
 */
class WebExampleTest {
    /**
     * The same bytes enter both runtimes, which sum in another order: that was 7e-8. Where an image is scaled, a pixel that is
     * just between two values may be rounded the other way: that was 3e-6.
     */
    private static final double TOLERANCE = 1e-5;

    /**
     * Two decoders of JPEG, and two ways of mixing half-transparent pixels with white, differ by one of 255 values here and
     * there: that was below 3e-6. A pixel of another place, or without its transparency, is ten times the tolerance.
     */
    private static final double TOLERANCE_OF_PIXELS = 1e-4;

    private static final Path EXAMPLE = Path.of(System.getProperty("kshot.root"), "docs", "examples", "web");
    private static final Path MODULES = Path.of(System.getProperty(
            "kshot.node_modules", EXAMPLE.resolve("node_modules").toString()));
    private static final Map<String, String> TYPES =
            Map.of("html", "text/html", "js", "text/javascript", "mjs", "text/javascript", "wasm", "application/wasm");
    private static final List<String> CLASSES = List.of("cat", "dog", "sea lion", "größer <b>& kleiner</b>");
    private static final Preprocessing PHOTOS = new Preprocessing(
            Colours.RGB, 255, List.of(0.4914, 0.4822, 0.4465), List.of(0.247, 0.2435, 0.2616), Resize.crop(37));
    private static final Preprocessing GREY =
            new Preprocessing(Colours.GREY, 255, List.of(0.286), List.of(0.353), Resize.STRETCH);

    @TempDir
    static Path folder;

    private static ChromeDriver browser;
    private static HttpServer server;

    @BeforeAll
    static void serve() throws IOException {
        assumeTrue(
                Files.isDirectory(MODULES.resolve("onnxruntime-web")),
                "needs onnxruntime-web: npm install in docs/examples/web, or -Dkshot.node_modules=DIR");
        browser = Chromium.start(folder.resolve("profile"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", WebExampleTest::answer);
        server.start();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.quit();
        }
        if (server != null) {
            server.stop(0);
        }
    }

    @Test
    void photosAreScaledAndCutAsInJava() throws IOException {
        Path model = model("small", PHOTOS);
        for (int[] size : new int[][] {{61, 47}, {300, 201}, {20, 33}}) {
            Path photo = png(waves(size[0], size[1], BufferedImage.TYPE_INT_RGB));
            assertSame(model, photo, TOLERANCE);
        }
        assertThat(difference(
                        expected(model, png(waves(61, 47, BufferedImage.TYPE_INT_RGB))),
                        expected(
                                model(
                                        "small",
                                        new Preprocessing(
                                                Colours.RGB, 255, PHOTOS.mean(), PHOTOS.deviation(), Resize.crop(32))),
                                png(waves(61, 47, BufferedImage.TYPE_INT_RGB)))))
                .as("what another cut would make")
                .isGreaterThan(100 * TOLERANCE);
    }

    @Test
    void imagesAreStretchedAndTheirColoursBecomeBrightness() throws IOException {
        Path model = model(NasBench201.NAME, GREY);
        assertSame(model, png(waves(45, 80, BufferedImage.TYPE_INT_RGB)), TOLERANCE);
        assertSame(model, png(waves(32, 32, BufferedImage.TYPE_BYTE_GRAY)), TOLERANCE);
    }

    @Test
    void transparentPartsAreOverWhite() throws IOException {
        Path model = model(NasBench201.NAME, GREY);
        BufferedImage image = waves(32, 32, BufferedImage.TYPE_INT_ARGB);
        assertSame(model, png(image), TOLERANCE_OF_PIXELS);
        BufferedImage opaque = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 32 * 32; i++) {
            opaque.setRGB(i % 32, i / 32, image.getRGB(i % 32, i / 32));
        }
        assertThat(difference(expected(model, png(image)), expected(model, png(opaque))))
                .as("what transparency changes")
                .isGreaterThan(10 * TOLERANCE_OF_PIXELS);
    }

    @Test
    void picturesOfPhonesAreTurnedUpright() throws IOException {
        Path model = model("small", PHOTOS);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(gradient(64, 48), "jpg", bytes);
        byte[] jpeg = bytes.toByteArray();
        ByteArrayOutputStream turned = new ByteArrayOutputStream();
        turned.write(jpeg, 0, 2);
        // An EXIF segment with one tag: orientation 6, a quarter turn clockwise.
        turned.writeBytes(HexFormat.of()
                .parseHex("ffe10022457869660000" + "4d4d002a00000008" + "0001" + "011200030000000100060000"
                        + "00000000"));
        turned.write(jpeg, 2, jpeg.length - 2);
        Path photo = Files.write(folder.resolve("turned.jpg"), turned.toByteArray());
        assertSame(model, photo, TOLERANCE_OF_PIXELS);
        assertThat(difference(expected(model, photo), expected(model, Files.write(folder.resolve("flat.jpg"), jpeg))))
                .as("what the turn changes")
                .isGreaterThan(10 * TOLERANCE_OF_PIXELS);
    }

    @Test
    void saysWhatDoesNotWork() throws IOException {
        Path model = model("small", PHOTOS);
        Path text = Files.writeString(folder.resolve("text.png"), "no image");
        show(model, text);
        assertThat(status()).startsWith("This does not work: ");
        show(text, text);
        assertThat(status()).startsWith("This does not work: ");
        Path silent = folder.resolve("silent.onnx");
        OnnxWriter.write(silent, network("small", 3), new Weights(), OnnxOptions.defaults());
        show(silent, text);
        assertThat(status()).isEqualTo("This does not work: the model has no entry kshot.classes");
    }

    private static void assertSame(Path model, Path image, double tolerance) throws IOException {
        Map<String, Double> expected = expected(model, image);
        browser.manage().logs().get(LogType.BROWSER);
        show(model, image);
        assertThat(status()).isEmpty();
        Map<String, Double> shown = new LinkedHashMap<>();
        for (WebElement row : browser.findElements(By.cssSelector("#classes tr"))) {
            shown.put(
                    row.findElement(By.tagName("td")).getText(),
                    Double.valueOf(Objects.requireNonNull(
                            row.findElement(By.tagName("data")).getDomProperty("value"))));
        }
        assertThat(shown).containsOnlyKeys(CLASSES);
        assertThat(difference(expected, shown)).isCloseTo(0, within(tolerance));
        assertThat(List.copyOf(shown.keySet())).as("the likeliest first").isEqualTo(List.copyOf(expected.keySet()));
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    }

    private static double difference(Map<String, Double> a, Map<String, Double> b) {
        return CLASSES.stream()
                .mapToDouble(name -> Math.abs(a.getOrDefault(name, 0.0) - b.getOrDefault(name, 0.0)))
                .max()
                .orElseThrow();
    }

    /** Opens the page and chooses both files. */
    private static void show(Path model, Path image) {
        browser.get("http://127.0.0.1:" + server.getAddress().getPort() + "/index.html");
        WebDriverWait soon = new WebDriverWait(browser, Duration.ofSeconds(20));
        soon.until(b -> status().equals("Choose a model."));
        browser.findElement(By.id("model")).sendKeys(model.toString());
        soon.until(b -> !status().equals("Choose a model."));
        browser.findElement(By.id("image")).sendKeys(image.toString());
        soon.until(b -> !b.findElements(By.cssSelector("#classes tr")).isEmpty()
                || status().startsWith("This does not work: "));
    }

    private static String status() {
        return browser.findElement(By.id("status")).getText();
    }

    /** The answer of ONNX Runtime to a file that kshot reads: the probability of each class, the likeliest first. */
    private static Map<String, Double> expected(Path model, Path image) throws IOException {
        FileEntry file = new FileEntry("image", Files.size(image), () -> Files.newInputStream(image));
        try (Classifier classifier = Classifier.open(model, 1)) {
            Prediction prediction = classifier
                    .classify(List.of(file), RunListener.NONE.progress("", 1))
                    .images()
                    .get(0);
            Map<String, Double> classes = new LinkedHashMap<>();
            prediction
                    .ranked()
                    .forEach(c -> classes.put(
                            CLASSES.get(c), prediction.probabilities().get(c)));
            return classes;
        }
    }

    private static Network network(String space, int channels) {
        FeatureShape images = new FeatureShape(channels, 32, 32);
        return space.equals(NasBench201.NAME)
                ? new NasBench201(4, 1, images, CLASSES.size()).network(Architecture.of(3, 2, 3, 1, 4, 3))
                : Spaces.named(space)
                        .adapt(images, CLASSES.size())
                        .network(Spaces.named(space).last());
    }

    private static Path model(String space, Preprocessing preprocessing) throws IOException {
        Path model = Files.createTempFile(folder, "model", ".onnx");
        OnnxWriter.write(
                model,
                network(space, preprocessing.colours().channels()),
                new Weights(),
                OnnxOptions.defaults().withClasses(CLASSES).withPreprocessing(preprocessing));
        return model;
    }

    /** Weights that keep the size of the features about the same from layer to layer. */
    private record Weights() implements WeightValues {
        @Override
        public float[] values(Parameter parameter) {
            int count = (int) parameter.shape().count();
            return switch (parameter.role()) {
                case CONVOLUTION, DEPTHWISE, LINEAR -> {
                    // No class is certain: then a difference of the scores shows in the probabilities.
                    double scale = parameter.role() == Parameter.Role.LINEAR ? 0.5 : 6;
                    double bound = Math.sqrt(scale * parameter.shape().out() / count);
                    yield uniform(parameter.slot(), count, -bound, bound);
                }
                case BIAS, SHIFT -> uniform(parameter.slot(), count, -0.5, 0.5);
                case SCALE -> uniform(parameter.slot(), count, 0.5, 1.5);
            };
        }

        @Override
        public float[] mean(BatchNorm bn) {
            return uniform(bn.statistics() + " mean", bn.channels(), -0.5, 0.5);
        }

        @Override
        public float[] variance(BatchNorm bn) {
            return uniform(bn.statistics() + " variance", bn.channels(), 0.5, 2);
        }

        private static float[] uniform(String purpose, int count, double low, double high) {
            SplittableRandom random = new Seed(5).generator(purpose);
            float[] numbers = new float[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = (float) random.nextDouble(low, high);
            }
            return numbers;
        }
    }

    /** Waves, another in each band, with noise. */
    private static BufferedImage waves(int width, int height, int type) {
        SplittableRandom random = new SplittableRandom(width);
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int band = 0; band < image.getRaster().getNumBands(); band++) {
                    double wave = Math.sin((band + 2.0) * x / width + 3.0 * y / height) * 90 + 128;
                    image.getRaster().setSample(x, y, band, (int) wave + random.nextInt(-38, 38));
                }
            }
        }
        return image;
    }

    /** An image that is smooth, as a photo is, and looks another way when it is turned. */
    private static BufferedImage gradient(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            int x = i % width;
            int y = i / width;
            image.setRGB(x, y, new Color(255 * x / width, 255 * y / height, x < width / 4 ? 255 : 0).getRGB());
        }
        return image;
    }

    private static Path png(BufferedImage image) throws IOException {
        Path file = Files.createTempFile(folder, "image", ".png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    /** Answers with a file of the example, or of what it has installed. */
    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String modules = "/node_modules/";
        Path file = path.startsWith(modules)
                ? MODULES.resolve(path.substring(modules.length()))
                : EXAMPLE.resolve(path.substring(1));
        try (exchange) {
            if (!Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String extension = path.substring(path.lastIndexOf('.') + 1);
            exchange.getResponseHeaders()
                    .set("Content-Type", TYPES.getOrDefault(extension, "application/octet-stream"));
            exchange.sendResponseHeaders(200, Files.size(file));
            try (OutputStream body = exchange.getResponseBody()) {
                Files.copy(file, body);
            }
        }
    }
}
