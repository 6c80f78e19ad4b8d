package kshot.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import kshot.common.Seed;
import kshot.data.Batch;
import kshot.execute.Precision;
import kshot.execute.StandaloneWeights;
import kshot.network.Layer.BatchNorm;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.network.WeightValues;
import kshot.onnx.OnnxOptions;
import kshot.onnx.OnnxWriter;
import kshot.onnx.Parity;
import kshot.space.SearchSpace;
import kshot.space.Spaces;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportStepTest {
    private static final int IMAGES = 64;
    private static final SearchSpace SPACE = Spaces.named("small");
    private static final Network NETWORK = SPACE.network(SPACE.sample(new SplittableRandom(1)));
    private static final List<Parameter> PARAMETERS = NETWORK.liveParameters();
    private static final Parameter FIRST = PARAMETERS.get(0);
    private static final Parameter CLASSIFIER = PARAMETERS.get(PARAMETERS.size() - 2);
    private static final Parameter CLASSIFIER_BIAS = PARAMETERS.get(PARAMETERS.size() - 1);

    @TempDir
    private Path folder;

    /**
     * Two classes of equal weights have equal scores, of which libtorch's first counts. Another program may sum in another order,
     * as the model here does whose second bias is larger by 10⁻⁶: every image that was of the first class is of the second.
     */
    @Test
    void aModelThatChoosesTheOtherOfTwoEqualClassesIsExported() throws IOException {
        try (StandaloneWeights weights = StandaloneWeights.random(NETWORK, Precision.FLOAT32, new Seed(1))) {
            makeAllClassesEqual(weights);
            Parity parity = prove(weights, CLASSIFIER_BIAS, 1, 1e-6f);
            assertThat(parity.disagreements()).isEqualTo(IMAGES);
            assertThat(parity.maxDifference()).isLessThan(1e-5);
            assertThat(model()).exists();
        }
    }

    @Test
    void aModelWithOneWrongWeightIsRefusedAndDeleted() throws IOException {
        try (StandaloneWeights weights = StandaloneWeights.random(NETWORK, Precision.FLOAT32, new Seed(1))) {
            // At their start weights let features fade from layer to layer; so they reach the classes.
            weights.flat().mul_(new Scalar(1.4));
            for (Parameter parameter : List.of(FIRST, CLASSIFIER, CLASSIFIER_BIAS)) {
                assertThatThrownBy(() -> prove(weights, parameter, 2, 0.1f))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("model.onnx was not exported");
                assertThat(model()).doesNotExist();
            }
            assertThat(prove(weights, CLASSIFIER_BIAS, 2, 0).disagreements()).isZero();
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

    /** The weights of the classifier are the last ones. */
    private static void makeAllClassesEqual(StandaloneWeights weights) {
        long count = CLASSIFIER.shape().count() + CLASSIFIER_BIAS.shape().count();
        try (PointerScope scope = new PointerScope()) {
            weights.flat().narrow(0, weights.flat().numel() - count, count).fill_(new Scalar(0.25));
        }
        assertThat(weights.values(CLASSIFIER)).containsOnly(0.25f);
        assertThat(weights.values(CLASSIFIER_BIAS)).containsOnly(0.25f);
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
