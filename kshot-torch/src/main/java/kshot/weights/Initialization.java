package kshot.weights;

import java.util.Arrays;
import java.util.SplittableRandom;
import kshot.common.Seed;
import kshot.network.Parameter;

/**
 * The initialisation of weights: that of PyTorch, which the benchmarks were trained with. Kernels, matrices and their biases
 * uniform in ±1/√fan_in (He et al. 2015, doi:10.1109/ICCV.2015.123, with a = √5), scales 1, shifts 0.
 *
 * @param noise see {@link Supernets#random}
 */
record Initialization(double noise, Seed seed) {
    Initialization {
        if (!(noise >= 0 && noise <= 1)) {
            throw new IllegalArgumentException("the noise of an initialisation has to be from 0 to 1, not " + noise);
        }
    }

    /** The first weights of one slot of supernet {@code k}, in storage order; a function of (seed, slot, k). */
    float[] values(Parameter slot, int k) {
        float[] values = new float[Math.toIntExact(slot.shape().count())];
        switch (slot.role()) {
            case SCALE -> Arrays.fill(values, 1);
            case SHIFT -> {}
            case CONVOLUTION, DEPTHWISE, LINEAR -> fill(values, slot, k, fanIn(slot));
            case BIAS -> fill(values, slot, k, slot.shape().out());
        }
        return values;
    }

    private static int fanIn(Parameter slot) {
        return slot.shape().in() * slot.shape().kernel() * slot.shape().kernel();
    }

    private void fill(float[] values, Parameter slot, int k, int fanIn) {
        double bound = 1 / Math.sqrt(fanIn);
        double shared = Math.sqrt(1 - noise * noise);
        SplittableRandom common = seed.generator("weights " + slot.slot());
        SplittableRandom own = seed.generator("weights " + slot.slot(), k);
        for (int i = 0; i < values.length; i++) {
            double unit = shared * common.nextDouble(-1, 1) + noise * own.nextDouble(-1, 1);
            values[i] = (float) (bound * unit);
        }
    }
}
