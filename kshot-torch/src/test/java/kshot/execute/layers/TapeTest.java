package kshot.execute.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer.Activation.Function;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.onednn.DataType;
import kshot.onednn.Kernels;
import kshot.onednn.Workspace;
import kshot.onednn.Workspace.Buffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TapeTest {
    private static final FeatureShape SHAPE = new FeatureShape(2, 1, 1);
    /** Nodes 0 to 3: the images, two functions one after the other, the class scores. */
    private static final Network NETWORK = network();

    private final Kernels kernels = new Kernels(DataType.FLOAT32);
    private final Workspace workspace = new Workspace();
    private final PointerScope scope = new PointerScope();
    private final List<List<Float>> seen = new ArrayList<>();

    @AfterEach
    void free() {
        scope.close();
        workspace.close();
        kernels.close();
    }

    private static Network network() {
        NetworkBuilder net = new NetworkBuilder(SHAPE);
        return net.build(
                net.linear(
                        net.activation(net.activation(net.input(), Function.SIGMOID), Function.HSWISH),
                        "head",
                        "linear",
                        2),
                FlopsConvention.MULTIPLY_ADDS);
    }

    /** Yields memory with any content, and notes the gradient that comes back. */
    private final class Stub extends Operation {
        private final boolean keepsInput;

        Stub(Tape tape, int node, boolean keepsInput) {
            super(tape, NETWORK.nodes().get(node));
            this.keepsInput = keepsInput;
        }

        @Override
        Buffer forward() {
            if (keepsInput) {
                keep(x(0).hold());
            }
            return features.take(SHAPE);
        }

        @Override
        void backward(Buffer dy) {
            float[] values = dy.floats(2);
            seen.add(List.of(values[0], values[1]));
        }
    }

    private Tape tape(boolean training) {
        Features features =
                new Features(kernels, workspace, Rounding.NONE, 1, training ? Gradients.OF_WEIGHTS : Gradients.NONE, 1);
        return new Tape(features, NETWORK, new int[] {1, 1, 1, 0});
    }

    private static Buffer floats(float... values) {
        return Buffer.of(new FloatPointer(values).address());
    }

    private void forward(Tape tape, boolean keepsInput) {
        tape.forward(0, new InputOperation(tape, NETWORK.input(), floats(0, 0).address(), gradient -> {}));
        tape.forward(1, new Stub(tape, 1, false));
        tape.forward(2, new Stub(tape, 2, keepsInput));
    }

    @Test
    void aGradientIsTheSumOfItsContributions() {
        Tape tape = tape(true);
        forward(tape, false);
        tape.contribute(1, floats(1, 10));
        tape.contribute(2, floats(5, 6));
        tape.contribute(1, floats(2, 20));
        tape.contribute(1, floats(4, 40));
        tape.backward();
        assertThat(seen).containsExactly(List.of(5f, 6f), List.of(7f, 70f));
    }

    @Test
    void nothingAsksForTheGradientOfTheImages() {
        Tape tape = tape(true);
        assertThat(tape.isWanted(0)).isFalse();
        assertThat(tape.isWanted(1)).isTrue();
    }

    @Test
    void aValueIsFreeAfterItsLastReader() {
        Tape tape = tape(true);
        forward(tape, false);
        assertThat(tape.features().take(SHAPE).address())
                .isEqualTo(tape.value(1).address())
                .isNotEqualTo(tape.value(2).address());
    }

    @Test
    void aKeptValueIsFreeOnceItsOperationIsUndone() {
        Tape tape = tape(true);
        forward(tape, true);
        long kept = tape.value(1).address();
        assertThat(tape.features().take(SHAPE).address()).isNotEqualTo(kept);
        tape.contribute(2, floats(1, 1));
        tape.backward();
        assertThat(tape.features().take(SHAPE).address()).isEqualTo(kept);
    }

    @Test
    void withoutTrainingNothingIsKept() {
        Tape tape = tape(false);
        forward(tape, true);
        assertThat(tape.features().take(SHAPE).address())
                .isEqualTo(tape.value(1).address());
        tape.contribute(2, floats(1, 1));
        tape.backward();
        assertThat(seen).isEmpty();
    }

    @Test
    void onlyItsLastReaderMayOverwriteAValue() {
        Tape tape = new Tape(tape(true).features(), NETWORK, new int[] {1, 2, 1, 0});
        tape.forward(0, new InputOperation(tape, NETWORK.input(), floats(0, 0).address(), gradient -> {}));
        assertThat(tape.mayOverwrite(0)).as("the images are the caller's").isFalse();
        tape.forward(1, new Stub(tape, 1, false));
        assertThat(tape.mayOverwrite(1)).as("two readers").isFalse();
        tape.forward(2, new Stub(tape, 2, false));
        assertThat(tape.mayOverwrite(1)).as("one reader left").isTrue();
        tape.value(1).hold();
        assertThat(tape.mayOverwrite(1)).as("kept by someone").isFalse();
    }
}
