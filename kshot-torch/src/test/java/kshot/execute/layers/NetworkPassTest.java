package kshot.execute.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.network.Parameter;
import kshot.onednn.DataType;
import kshot.onednn.Kernels;
import kshot.onednn.Workspace;
import kshot.onednn.Workspace.Buffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

class NetworkPassTest {
    /** Weights and gradients one after the other, in the order of a network's parameters. */
    private static final class ArrayWeights implements PassWeights {
        private final Map<String, Long> offsets = new HashMap<>();
        private final FloatPointer values;
        private final FloatPointer gradients;

        ArrayWeights(Network network, float... values) {
            long end = 0;
            for (Parameter parameter : network.liveParameters()) {
                offsets.put(parameter.slot(), end);
                end += parameter.shape().count();
            }
            assertThat(values).hasSize(Math.toIntExact(end));
            this.values = new FloatPointer(values);
            this.gradients = new FloatPointer(end);
        }

        private long in(FloatPointer all, Parameter parameter) {
            Long offset = offsets.get(parameter.slot());
            assertThat(offset).as(parameter.slot()).isNotNull();
            return all.address() + offset * Float.BYTES;
        }

        @Override
        public long address(Parameter parameter) {
            return in(values, parameter);
        }

        @Override
        public long kernelAddress(Parameter parameter) {
            return in(values, parameter);
        }

        @Override
        public long gradientAddress(Parameter parameter) {
            return in(gradients, parameter);
        }

        @Override
        public boolean normalizesByRunningStatistics() {
            return false;
        }

        @Override
        public long mean(BatchNorm layer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long variance(BatchNorm layer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void track(BatchNorm layer, Buffer mean, Buffer variance, double count) {
            throw new UnsupportedOperationException();
        }
    }

    private static float[] floats(FloatPointer pointer, int count) {
        float[] values = new float[count];
        pointer.get(values);
        return values;
    }

    /** y = A (c + max(c, 0)) + b with c = w x, for images of one pixel. */
    private static Network network() {
        NetworkBuilder net = new NetworkBuilder(new FeatureShape(1, 1, 1));
        Value c = net.convolution(net.input(), "stem", "conv", 1, 1, 1);
        Value sum = net.sum(List.of(net.relu(c), c));
        return net.build(net.linear(sum, "head", "linear", 2), FlopsConvention.MULTIPLY_ADDS);
    }

    /**
     * Images 1 and -2, w = 3, A = (2, -1), b = (0.5, 0). So c is 3 and -6, the sum s is 6 and -6, and the class scores are A s + b.
     * From ∂L/∂scores = (1, 0) for the first image and (0, 1) for the second follow ∂L/∂A = (6, -6), ∂L/∂b = (1, 1), ∂L/∂s = 2 and
     * -1, ∂L/∂c = 2 + 2 and -1 + 0, and ∂L/∂w = 4 · 1 + (-1) · (-2) = 6.
     */
    @Test
    void scoresAndGradientsOfTwoImages() {
        Network network = network();
        try (PointerScope scope = new PointerScope();
                Kernels kernels = new Kernels(DataType.FLOAT32);
                Workspace workspace = new Workspace()) {
            ArrayWeights weights = new ArrayWeights(network, 3, 2, -1, 0.5f, 0);
            FloatPointer images = new FloatPointer(1, -2);
            FloatPointer scores = new FloatPointer(4L);
            FloatPointer dScores = new FloatPointer(1, 0, 0, 1);
            NetworkPass pass = new NetworkPass(
                    network,
                    weights,
                    new Features(kernels, workspace, Rounding.NONE, 2, Gradients.OF_WEIGHTS, 1),
                    images.address(),
                    scores.address());
            pass.forward();
            assertThat(floats(scores, 4)).containsExactly(12.5f, -6, -11.5f, 6);
            pass.backward(dScores.address());
            assertThat(floats(weights.gradients, 5)).containsExactly(6, 6, -6, 1, 1);
        }
    }

    /** Rounded to nothing at all, every value and gradient of the workspace is 0: what is left is the bias. */
    @Test
    void valuesAndGradientsAreRoundedButNeitherImagesNorScores() {
        Network network = network();
        try (PointerScope scope = new PointerScope();
                Kernels kernels = new Kernels(DataType.FLOAT32);
                Workspace workspace = new Workspace()) {
            ArrayWeights weights = new ArrayWeights(network, 3, 2, -1, 0.5f, 0);
            FloatPointer images = new FloatPointer(1, -2);
            FloatPointer scores = new FloatPointer(4L);
            FloatPointer dScores = new FloatPointer(1, 0, 0, 1);
            Rounding toZero = (address, count) -> {
                assertThat(count).isEqualTo(2);
                Buffer.of(address).clear(count * Float.BYTES);
            };
            NetworkPass pass = new NetworkPass(
                    network,
                    weights,
                    new Features(kernels, workspace, toZero, 2, Gradients.OF_WEIGHTS, 1),
                    images.address(),
                    scores.address());
            pass.forward();
            pass.backward(dScores.address());
            assertThat(floats(images, 2)).containsExactly(1, -2);
            assertThat(floats(scores, 4)).containsExactly(0.5f, 0, 0.5f, 0);
            assertThat(floats(weights.gradients, 5)).containsExactly(0, 0, 0, 1, 1);
        }
    }
}
