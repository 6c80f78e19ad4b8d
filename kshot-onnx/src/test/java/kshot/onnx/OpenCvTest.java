package kshot.onnx;

import static kshot.network.Layer.Activation.Function.RELU6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.Layer;
import kshot.network.Layer.Activation;
import kshot.network.Network;
import kshot.network.Node;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models in the dnn module of OpenCV, compared with ONNX Runtime. */
class OpenCvTest {
    /**
     * Of the largest score, as in an export: both runtimes sum the same products in float32, in another order, which is some
     * 1e-6 in networks of this depth. A wrong operator is off by more than 1e-2.
     */
    private static final double TOLERANCE = 1e-4;

    private static final RandomWeights WEIGHTS = new RandomWeights(new Seed(7));
    private static final List<String> PYTHONS =
            List.of(System.getProperty("kshot.python", "python3"), "/usr/bin/python3");

    private static String python = "";
    private static int version;

    @TempDir
    private Path folder;

    @BeforeAll
    static void findOpenCv() {
        python = PYTHONS.stream()
                .filter(candidate -> runs(candidate, "import cv2"))
                .findFirst()
                .orElse("");
        assumeFalse(python.isEmpty(), "needs OpenCV for Python: apt install python3-opencv");
        version = runs(python, "import cv2; assert int(cv2.__version__.split('.')[0]) > 4") ? 5 : 4;
    }

    private static boolean runs(String candidate, String program) {
        try {
            return new ProcessBuilder(candidate, "-c", program)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All kinds of layers, and networks of all shipped spaces; of each one image and a batch of four. */
    static Stream<Arguments> networks() {
        Stream<Arguments> shipped = Spaces.shipped().stream().flatMap(name -> {
            SearchSpace named = Spaces.named(name);
            SearchSpace space = named.adapt(new FeatureShape(named.input().channels(), 32, 32), 5);
            return Stream.of(
                    Arguments.of(name + ", a random network", space.network(space.sample(new SplittableRandom(3)))),
                    Arguments.of(name + ", the last network", space.network(space.last())));
        });
        return Stream.concat(OnnxWriterTest.networks(), shipped)
                .flatMap(arguments -> IntStream.of(1, 4)
                        .mapToObj(count ->
                                Arguments.of(arguments.get()[0], arguments.get()[1], count)));
    }

    @ParameterizedTest(name = "{0}, batch {2}")
    @MethodSource("networks")
    void givesWhatOnnxRuntimeGives(String name, Network network, int count) throws Exception {
        String limit = limitOfVersion4(network, count);
        assumeTrue(version > 4 || limit.isEmpty(), "version 4 of OpenCV does not read " + limit);
        float[] images = images(network, count);
        for (boolean fold : new boolean[] {true, false}) {
            byte[] model =
                    OnnxWriter.encode(network, WEIGHTS, OnnxOptions.defaults().withFold(fold));
            Parity.compare(onnxRuntime(model, images, count), openCv(model, "logits", network, images, count))
                    .requireWithin(TOLERANCE);
        }
    }

    /** Returns what OpenCV 4.6 does not do: see docs/onnx-model.md. Empty if it does all of the network. */
    private static String limitOfVersion4(Network network, int count) {
        List<Layer> layers = network.liveNodes().stream().map(Node::layer).toList();
        if (layers.stream().anyMatch(l -> l instanceof Activation activation && activation.function() == RELU6)) {
            return "ReLU6";
        }
        if (count > 1 && layers.stream().anyMatch(Layer.Gate.class::isInstance)) {
            return "squeeze-and-excitation of a batch";
        }
        return layers.stream().filter(Layer.Linear.class::isInstance).count() > 1 ? "two new dimensions at once" : "";
    }

    @Test
    void givesProbabilities() throws Exception {
        SearchSpace space = Spaces.named("nas-bench-macro");
        Network network = space.network(space.last());
        byte[] model =
                OnnxWriter.encode(network, WEIGHTS, OnnxOptions.defaults().withProbabilities(true));
        float[] images = images(network, 4);
        float[][] logits = onnxRuntime(model, images, 4);
        float[][] probabilities = openCv(model, "probabilities", network, images, 4);
        for (int n = 0; n < 4; n++) {
            double sum = 0;
            for (float logit : logits[n]) {
                sum += Math.exp(logit);
            }
            for (int c = 0; c < logits[n].length; c++) {
                assertThat((double) probabilities[n][c]).isCloseTo(Math.exp(logits[n][c]) / sum, within(TOLERANCE));
            }
        }
        Parity.compare(logits, openCv(model, "logits", network, images, 4)).requireWithin(TOLERANCE);
    }

    private static float[] images(Network network, int count) {
        return new RandomWeights(new Seed(11))
                .uniform("images", (int) (count * network.input().shape().elements()), -2, 2);
    }

    private static float[][] onnxRuntime(byte[] model, float[] images, int count) {
        try (OnnxSession session = OnnxSession.open(model, 1)) {
            return session.logits(images, count);
        }
    }

    private float[][] openCv(byte[] model, String output, Network network, float[] images, int count)
            throws IOException, InterruptedException, URISyntaxException {
        Path onnx = Files.write(folder.resolve("model.onnx"), model);
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * images.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(images);
        Path in = Files.write(folder.resolve("images"), bytes.array());
        Path out = folder.resolve("scores");
        Path script = Path.of(Objects.requireNonNull(OpenCvTest.class.getResource("opencv_scores.py"))
                .toURI());
        Path log = folder.resolve("log");
        FeatureShape shape = network.input().shape();
        List<String> command = new ArrayList<>(List.of(python, script.toString(), onnx.toString(), output));
        command.addAll(List.of(in.toString(), out.toString()));
        for (int extent : new int[] {count, shape.channels(), shape.height(), shape.width()}) {
            command.add("" + extent);
        }
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        assertThat(code).as(() -> read(log)).isZero();
        ByteBuffer scores = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
        float[][] result = new float[count][scores.remaining() / Float.BYTES / count];
        for (float[] row : result) {
            for (int c = 0; c < row.length; c++) {
                row[c] = scores.getFloat();
            }
        }
        return result;
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
