package kshot.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import kshot.tensor.Precision;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class EnsembleTest {
    private static final float[] FIRST = {0.5f, 0.3f, 0.2f};
    private static final float[] SECOND = {0.1f, 0.2f, 0.7f};

    /** Probabilities of an ensemble of two networks that give those above, to one image. */
    private static float[] probabilities(Ensemble how) {
        try (PointerScope scope = new PointerScope()) {
            Scores scores = how.scores(List.of(scores(FIRST, 0), scores(SECOND, 3)));
            return LibTorch.toFloats(torch.softmax(scores.values(), 1));
        }
    }

    /** Softmax takes the constant away again. */
    private static Scores scores(float[] probabilities, double constant) {
        float[] scores = new float[probabilities.length];
        for (int c = 0; c < scores.length; c++) {
            scores[c] = (float) (Math.log(probabilities[c]) + constant);
        }
        return new Scores(Compute.of(Precision.FLOAT32).vector(scores).view(1, scores.length));
    }

    @Test
    void theAverageIsTheMeanOfTheProbabilities() {
        assertThat(probabilities(Ensemble.AVERAGE)).containsExactly(new float[] {0.3f, 0.25f, 0.45f}, within(1e-6f));
    }

    /** The maxima 0.5, 0.3 and 0.7 sum to 1.5. */
    @Test
    void theMaximaAreDividedByTheirSum() {
        assertThat(probabilities(Ensemble.MAXIMUM))
                .containsExactly(new float[] {0.5f / 1.5f, 0.2f, 0.7f / 1.5f}, within(1e-6f));
    }

    @Test
    void oneNetworkAloneStaysAsItIs() {
        try (PointerScope scope = new PointerScope()) {
            Scores alone = scores(FIRST, 1);
            assertThat(Ensemble.MAXIMUM.scores(List.of(alone))).isSameAs(alone);
        }
    }
}
