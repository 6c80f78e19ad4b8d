package kshot.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.onnx.Preprocessing.Colours;
import kshot.onnx.Preprocessing.Resize;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Java program of docs/onnx-model.md as its reader would. */
class OnnxModelDocumentTest {
    private static final int SIZE = 8;
    private static final List<String> CLASSES = List.of("cat", "dog", "sea lion");

    @TempDir
    private Path folder;

    @Test
    void programOfTheDocumentClassifiesColours() throws Exception {
        Preprocessing preprocessing = new Preprocessing(
                Colours.RGB, 255, List.of(0.4914, 0.4822, 0.4465), List.of(0.247, 0.2435, 0.2616), Resize.crop(SIZE));
        BufferedImage image = image(BufferedImage.TYPE_INT_RGB);
        float[] input = input(preprocessing, (c, x, y) -> image.getRGB(x, y) >> (16 - 8 * c) & 255);
        check(preprocessing, image, input);
        // The same image between two margins, which cropping removes.
        BufferedImage wide = new BufferedImage(2 * SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = wide.createGraphics();
        graphics.drawImage(image, SIZE / 2, 0, null);
        graphics.dispose();
        check(preprocessing, wide, input);
    }

    /** The program sees the middle of an image that covers a larger square. */
    @Test
    void programOfTheDocumentCutsTheMiddleOut() throws Exception {
        Preprocessing preprocessing = new Preprocessing(
                Colours.RGB,
                255,
                List.of(0.4914, 0.4822, 0.4465),
                List.of(0.247, 0.2435, 0.2616),
                Resize.crop(SIZE + 4));
        BufferedImage image = image(BufferedImage.TYPE_INT_RGB);
        BufferedImage larger = new BufferedImage(SIZE + 10, SIZE + 4, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = larger.createGraphics();
        graphics.drawImage(image, 5, 2, null);
        graphics.dispose();
        check(preprocessing, larger, input(preprocessing, (c, x, y) -> image.getRGB(x, y) >> (16 - 8 * c) & 255));
    }

    @Test
    void programOfTheDocumentClassifiesGrey() throws Exception {
        Preprocessing preprocessing =
                new Preprocessing(Colours.GREY, 255, List.of(0.286), List.of(0.353), Resize.STRETCH);
        BufferedImage image = image(BufferedImage.TYPE_BYTE_GRAY);
        check(
                preprocessing,
                image,
                input(preprocessing, (c, x, y) -> image.getRaster().getSample(x, y, 0)));
    }

    @Test
    void programOfTheDocumentReadsImagesAsTrainingDid() throws Exception {
        Preprocessing preprocessing =
                new Preprocessing(Colours.GREY, 255, List.of(0.286), List.of(0.353), Resize.STRETCH);
        BufferedImage deep = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_USHORT_GRAY);
        for (int i = 0; i < SIZE * SIZE; i++) {
            deep.getRaster().setSample(i % SIZE, i / SIZE, 0, i * 1000);
        }
        check(
                preprocessing,
                deep,
                input(preprocessing, (c, x, y) -> (255 * deep.getRaster().getSample(x, y, 0) + 32767) / 65535));
        BufferedImage transparent = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_ARGB);
        transparent.setRGB(1, 1, 0xFF000000);
        transparent.setRGB(2, 2, 0x80000000); // half of black over white: 255 - 128
        check(
                preprocessing,
                transparent,
                input(preprocessing, (c, x, y) -> x != y || x < 1 || x > 2 ? 255 : x == 1 ? 0 : 127));
    }

    @Test
    void programOfTheDocumentTurnsPhotosUpright() throws Exception {
        Preprocessing preprocessing =
                new Preprocessing(Colours.RGB, 255, List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25), Resize.STRETCH);
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(image(BufferedImage.TYPE_INT_RGB), "jpg", jpeg);
        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(jpeg.toByteArray()));
        byte[] exif = {
            -1,
            (byte) 0xE1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            6,
            0,
            0,
            0,
            0,
            0,
            0
        };
        byte[] turned = ByteBuffer.allocate(jpeg.size() + exif.length)
                .put(jpeg.toByteArray(), 0, 2)
                .put(exif)
                .put(jpeg.toByteArray(), 2, jpeg.size() - 2)
                .array();
        // A quarter turn clockwise: the left column becomes the first row, from the bottom up.
        check(
                preprocessing,
                turned,
                input(preprocessing, (c, x, y) -> decoded.getRGB(y, SIZE - 1 - x) >> (16 - 8 * c) & 255));
    }

    private void check(Preprocessing preprocessing, BufferedImage image, float[] input) throws Exception {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        check(preprocessing, png.toByteArray(), input);
    }

    private void check(Preprocessing preprocessing, byte[] image, float[] input) throws Exception {
        int channels = preprocessing.colours().channels();
        Network network = new NasBench201(4, 1, new FeatureShape(channels, SIZE, SIZE), CLASSES.size())
                .network(Architecture.of(3, 2, 3, 1, 4, 3));
        Path model = folder.resolve("model.onnx");
        OnnxWriter.write(
                model,
                network,
                new RandomWeights(new Seed(5)),
                OnnxOptions.defaults().withClasses(CLASSES).withPreprocessing(preprocessing));
        Path file = Files.write(folder.resolve("image"), image);
        assertThat(classify(model, file)).containsExactlyElementsOf(expected(model, input));
    }

    private static List<String> expected(Path model, float[] input) {
        try (OnnxSession session = OnnxSession.open(model, 1)) {
            float[] logits = session.logits(input, 1)[0];
            double sum = IntStream.range(0, logits.length)
                    .mapToDouble(c -> Math.exp(logits[c]))
                    .sum();
            return IntStream.range(0, logits.length)
                    .boxed()
                    .sorted((a, b) -> Float.compare(logits[b], logits[a]))
                    .map(c -> String.format(Locale.ROOT, "%.4f %s", Math.exp(logits[c]) / sum, CLASSES.get(c)))
                    .toList();
        }
    }

    private List<String> classify(Path model, Path image) throws Exception {
        Path program = folder.resolve("Classify.java");
        Files.writeString(program, javaOfTheDocument());
        Path runtime = Path.of(OrtEnvironment.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        runtime.toString(),
                        program.toString(),
                        model.toString(),
                        image.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        return Files.readAllLines(output, StandardCharsets.UTF_8);
    }

    private static String javaOfTheDocument() throws IOException {
        String document = Files.readString(Path.of(System.getProperty("kshot.root"), "docs", "onnx-model.md"));
        int start = document.indexOf("```java\n") + "```java\n".length();
        return document.substring(start, document.indexOf("```", start));
    }

    private interface Pixel {
        int at(int channel, int x, int y);
    }

    private static float[] input(Preprocessing preprocessing, Pixel pixel) {
        int channels = preprocessing.colours().channels();
        float[] input = new float[channels * SIZE * SIZE];
        for (int i = 0; i < input.length; i++) {
            int c = i / (SIZE * SIZE);
            double value = pixel.at(c, i % SIZE, i / SIZE % SIZE) / 255.0;
            input[i] = (float) ((value - preprocessing.mean().get(c))
                    / preprocessing.deviation().get(c));
        }
        return input;
    }

    /** Every pixel another value. */
    private static BufferedImage image(int type) {
        BufferedImage image = new BufferedImage(SIZE, SIZE, type);
        for (int i = 0; i < SIZE * SIZE; i++) {
            for (int c = 0; c < image.getRaster().getNumBands(); c++) {
                image.getRaster().setSample(i % SIZE, i / SIZE, c, (i * (c + 3) * 4 + c * 50) % 256);
            }
        }
        return image;
    }
}
