package kshot.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.onnx.proto.ModelProto;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxSessionTest {
    private static final RandomWeights WEIGHTS = new RandomWeights(new Seed(3));
    private static final FeatureShape IMAGE = new FeatureShape(3, 8, 8);
    private static final Network NETWORK = new NasBench201(4, 1, IMAGE, 5).network(Architecture.of(3, 2, 3, 1, 4, 3));
    private static final byte[] MODEL = OnnxWriter.encode(NETWORK, WEIGHTS, OnnxOptions.defaults());

    @Test
    void takesAnyBatchAndGivesTheSameForEachOfItsImages() {
        int size = (int) IMAGE.elements();
        float[] images = WEIGHTS.uniform("images", 5 * size, -1, 1);
        try (OnnxSession session = OnnxSession.open(MODEL, 2)) {
            float[][] together = session.logits(images, 5);
            assertThat(together).hasDimensions(5, 5);
            float[][] again = session.logits(images, 5);
            float[][] alone = new float[5][];
            for (int n = 0; n < 5; n++) {
                alone[n] = session.logits(Arrays.copyOfRange(images, n * size, (n + 1) * size), 1)[0];
            }
            assertThat(again).isDeepEqualTo(together);
            Parity.compare(together, alone).requireWithin(1e-6);
        }
    }

    @Test
    void tellsTheShapesOfTheModel() {
        try (OnnxSession session = OnnxSession.open(MODEL, 2)) {
            assertThat(session.input()).isEqualTo(IMAGE);
            assertThat(session.classes()).isEqualTo(5);
            assertThat(session.metadata()).isEmpty();
        }
    }

    @Test
    void refusesImagesOfAnotherSize() {
        try (OnnxSession session = OnnxSession.open(MODEL, 1)) {
            assertThatThrownBy(() -> session.logits(new float[100], 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("1 images of 3x8x8 are not 100 values");
            assertThatThrownBy(() -> session.logits(new float[0], 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesWhatIsNotAModel(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> OnnxSession.open("no model".getBytes(StandardCharsets.UTF_8), 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("model of 8 bytes can't be run by ONNX Runtime")
                .hasMessageNotContaining("\n");
        Path missing = folder.resolve("missing.onnx");
        assertThatThrownBy(() -> OnnxSession.open(missing, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("missing.onnx can't be read");
        Path half = folder.resolve("half.onnx");
        Files.write(half, Arrays.copyOf(MODEL, MODEL.length / 2));
        assertThatThrownBy(() -> OnnxSession.open(half, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("half.onnx can't be run");
        assertThatThrownBy(() -> OnnxSession.open(MODEL, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("threads: 0 is not allowed; allowed: at least 1");
    }

    /** What the writer declares is held against what ONNX Runtime infers from the operators. */
    @Test
    void refusesAModelWhoseShapesContradictItsOperators() throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(MODEL).toBuilder();
        model.getGraphBuilder()
                .getOutputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(1)
                .setDimValue(6);
        byte[] contradictory = model.build().toByteArray();
        assertThatThrownBy(() -> OnnxSession.open(contradictory, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("logits")
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesAModelThatIsNotOurs() throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(MODEL).toBuilder();
        model.getGraphBuilder().getOutputBuilder(0).setName("scores");
        model.getGraphBuilder()
                .getNodeBuilder(model.getGraph().getNodeCount() - 1)
                .setOutput(0, "scores");
        byte[] foreign = model.build().toByteArray();
        assertThatThrownBy(() -> OnnxSession.open(foreign, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("lacks a float32 tensor 'logits' of 2 dimensions");
    }

    @Test
    void refusesAModelWhoseImagesHaveNoFixedSize() throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(MODEL).toBuilder();
        model.getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(3)
                .setDimParam("W");
        byte[] open = model.build().toByteArray();
        assertThatThrownBy(() -> OnnxSession.open(open, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("all but the first of a fixed size");
    }
}
