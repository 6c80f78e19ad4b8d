package kshot.train;

import java.util.List;
import kshot.execute.BatchMean;
import kshot.execute.CountTensor;
import kshot.execute.Gradient;
import kshot.network.Network;
import kshot.simplex.SimplexCode;
import kshot.tensor.Collective;
import kshot.tensor.Compute;
import kshot.tensor.NativeScope;
import kshot.tensor.Numbers;

/**
 * The findings of a pass over some images while they are on the device. Nothing waits for one pass before all of a step are begun; then
 * all are read at once.
 *
 * @param code λ
 * @param gradient ∂L/∂θ̃
 * @param count of the images
 */
record WeightPass(SimplexCode code, Gradient gradient, CountTensor count) {
    /** Returns what a rank adds that has no image of a group; it lives in the scope of the caller. */
    static WeightPass none(Network network, Compute compute, SimplexCode code) {
        return new WeightPass(code, Gradient.zeros(network, compute), CountTensor.none(compute));
    }

    /** Takes it out of the scope of the pass. */
    WeightPass own() {
        gradient.own();
        count.numbers().own();
        return this;
    }

    /** Gives to the scope of the caller what was {@linkplain #own owned}. */
    WeightPass adopt() {
        NativeScope.adopt(gradient.values());
        count.numbers().adopt();
        return this;
    }

    /** Replaces means and count by those over the images of all ranks. */
    void over(Collective ranks) {
        BatchMean.over(ranks, count, gradient.values());
    }

    /** Returns the norm of the gradient, and the count. */
    Numbers numbers() {
        return Numbers.joined(List.of(gradient.norm(), count.numbers()));
    }
}
