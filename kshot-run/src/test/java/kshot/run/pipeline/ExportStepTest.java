package kshot.run.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import kshot.common.Seed;
import kshot.data.Batch;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.network.WeightValues;
import kshot.onnx.OnnxOptions;
import kshot.onnx.OnnxWriter;
import kshot.onnx.Parity;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.tensor.Compute;
import kshot.tensor.Precision;
import kshot.weights.StandaloneWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportStepTest {
    private static final int IMAGES = 64;
    private static final SearchSpace SPACE = Spaces.named("small");
    private static final Network NETWORK = SPACE.network(SPACE.sample(new SplittableRandom(1)));
    private static final List<Parameter> PARAMETERS = NETWORK.liveParameters();
    private static final Parameter CLASSIFIER_BIAS = PARAMETERS.get(PARAMETERS.size() - 1);

    @TempDir
    private Path folder;

    @Test
    void aModelWithOneWrongWeightIsRefusedAndDeleted() throws IOException {
        try (StandaloneWeights weights =
                StandaloneWeights.random(NETWORK, Compute.of(Precision.FLOAT32), new Seed(1))) {
            assertThatThrownBy(() -> prove(weights, CLASSIFIER_BIAS, 2, 0.1f))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("model.onnx was not exported");
            assertThat(model()).doesNotExist();
            assertThat(prove(weights, CLASSIFIER_BIAS, 2, 0).disagreements()).isZero();
            assertThat(model()).exists();
        }
    }

    private Path model() {
        return folder.resolve("model.onnx");
    }

    /** Writes a model one of whose weights is larger than it should be, and compares it. */
    private Parity prove(StandaloneWeights weights, Parameter wrong, int index, float by) throws IOException {
        OnnxWriter.write(model(), NETWORK, new WrongWeight(weights, wrong, index, by), OnnxOptions.defaults());
        return ExportStep.prove(model(), NETWORK, weights, noise(), 1);
    }

    private static Batch noise() {
        SplittableRandom random = new Seed(2).generator("noise");
        float[] pixels =
                new float[IMAGES * Math.toIntExact(NETWORK.input().shape().elements())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-2, 2);
        }
        return new Batch(IMAGES, NETWORK.input().shape(), pixels, new long[IMAGES]);
    }

    private record WrongWeight(WeightValues right, Parameter wrong, int index, float by) implements WeightValues {
        @Override
        public float[] values(Parameter parameter) {
            float[] values = right.values(parameter);
            if (parameter.equals(wrong)) {
                values[index] += by;
            }
            return values;
        }

        @Override
        public float[] mean(BatchNorm bn) {
            return right.mean(bn);
        }

        @Override
        public float[] variance(BatchNorm bn) {
            return right.variance(bn);
        }
    }
}
