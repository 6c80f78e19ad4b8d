package kshot.run.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.data.Normalization;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.Parameter;
import kshot.network.WeightValues;
import kshot.onnx.OnnxOptions;
import kshot.onnx.OnnxWriter;
import kshot.run.store.RunMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model tells images whose mean is above 1, after normalisation, from others; images are of one grey each. */
class Int8CopiesTest {
    private static final FeatureShape SHAPE = new FeatureShape(1, 4, 4);
    private static final Normalization NORMALIZATION = new Normalization(List.of(0.5f), List.of(0.25f));
    /** The first of 256 greys, from -2 to 2 in steps of 4/255, that is above 1: 64 are. */
    private static final int BRIGHT = 192;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeTheModel() throws IOException {
        NetworkBuilder net = new NetworkBuilder(SHAPE);
        NetworkBuilder.Value mean = net.globalPool(net.convolution(net.input(), "b", "conv", 1, 1, 1));
        Network network = net.build(net.linear(mean, "head", "linear", 2), FlopsConvention.MULTIPLY_ADDS);
        OnnxWriter.write(folder.resolve("model.onnx"), network, new AboveOne(), OnnxOptions.defaults());
    }

    @Test
    void aCopyIsComparedWithItsModel() throws IOException {
        RunMetadata.Int8 int8 = copies(0, 256, 0.05).write(model(), copy());
        assertThat(int8.file()).isEqualTo("model-int8.onnx");
        assertThat(int8.bytes()).isEqualTo(Files.size(copy()));
        assertThat(int8.float32Accuracy()).isEqualTo(1);
        assertThat(int8.testAccuracy()).isEqualTo(int8.sameClass()).isGreaterThan(0.98);
        assertThat(int8.milliseconds()).isPositive();
        assertThat(int8.float32Milliseconds()).isPositive();
    }

    /** The ranges of dark images end at 0, so that none seems to be above 1: a quarter of the answers is wrong. */
    @Test
    void aCopyThatLosesTooMuchIsNotKept() throws IOException {
        Files.writeString(copy(), "an older one");
        Int8Copies strict = copies(0, 128, 0.2499);
        RunMetadata.Int8 refused = strict.write(model(), copy());
        assertThat(refused.testAccuracy()).isEqualTo(0.75);
        assertThat(refused.file()).isNull();
        assertThat(copy()).doesNotExist();
        assertThat(strict.line(refused, 2 * refused.bytes()))
                .startsWith(
                        "int8 model: not written, as it loses more than the 24.99 points that export.int8_max_loss allows: ")
                .endsWith("2.0 times smaller");
        assertThat(copies(0, 128, 0.25).write(model(), copy()).testAccuracy()).isEqualTo(0.75);
        assertThat(copy()).exists();
    }

    private Path model() {
        return folder.resolve("model.onnx");
    }

    private Path copy() {
        return folder.resolve("model-int8.onnx");
    }

    private static Int8Copies copies(int from, int to, double maxLoss) {
        return new Int8Copies(greys(from, to), greys(0, 256), maxLoss, 1);
    }

    private static EvaluationBatches greys(int from, int to) {
        byte[][] images = new byte[to - from][(int) SHAPE.elements()];
        int[] labels = new int[images.length];
        for (int i = 0; i < images.length; i++) {
            Arrays.fill(images[i], (byte) (from + i));
            labels[i] = from + i >= BRIGHT ? 0 : 1;
        }
        return new EvaluationBatches(
                new ImageSet(SHAPE, List.of("bright", "other"), images, labels), 100, SHAPE, NORMALIZATION);
    }

    /** Scores of m − 1 and 1 − m for a mean of m. */
    private static final class AboveOne implements WeightValues {
        @Override
        public float[] values(Parameter parameter) {
            return switch (parameter.role()) {
                case LINEAR -> new float[] {1, -1};
                case BIAS -> new float[] {-1, 1};
                default -> new float[] {1};
            };
        }

        @Override
        public float[] mean(BatchNorm bn) {
            throw new IllegalStateException("there is none");
        }

        @Override
        public float[] variance(BatchNorm bn) {
            throw new IllegalStateException("there is none");
        }
    }
}
