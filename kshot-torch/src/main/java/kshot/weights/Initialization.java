package kshot.weights;

import java.util.Arrays;
import java.util.SplittableRandom;
import kshot.common.Seed;
import kshot.network.Parameter;

/**
 * The initialisation of weights: that of PyTorch, which the benchmarks were trained with. Kernels, matrices and their biases
 * uniform in ±1/√fan_in (He et al. 2015, doi:10.1109/ICCV.2015.123, with a = √5), scales 1, shifts 0.
 *
 * @param noise see {@link DictionarySettings}
 */
record Initialization(double noise, Seed seed) {
    Initialization {
        if (!(noise >= 0 && noise <= 1)) {
            throw new IllegalArgumentException("the noise of an initialisation has to be from 0 to 1, not " + noise);
        }
    }

    /** The first weights of one slot of supernet {@code k}, in storage order; a function of (seed, slot, k). */
    float[] values(Parameter slot, int k) {
        return values(slot, k, 1, common(), noise);
    }

    /** The first weights that all supernets share: those of K equal ones. */
    float[] sharedValues(Parameter slot) {
        return values(slot, 0, 1, 1, 0);
    }

    /** θ_0, what the first weights of all supernets have in common. */
    float[] commonValues(Parameter slot) {
        return values(slot, 0, 1, common(), 0);
    }

    /** D_k, what supernet {@code k} has on top of that; the two make the values of {@link #values(Parameter, int)}. */
    float[] differences(Parameter slot, int k) {
        return values(slot, k, 0, 0, noise);
    }

    private double common() {
        return Math.sqrt(1 - noise * noise);
    }

    /**
     * The weights of a slot.
     *
     * @param scale of normalisations
     * @param common factor of the draws that all supernets share
     * @param own factor of those of supernet {@code k}
     */
    private float[] values(Parameter slot, int k, float scale, double common, double own) {
        float[] values = new float[Math.toIntExact(slot.shape().count())];
        switch (slot.role()) {
            case SCALE -> Arrays.fill(values, scale);
            case SHIFT -> {}
            case CONVOLUTION, DEPTHWISE, LINEAR -> fill(values, slot, k, fanIn(slot), common, own);
            case BIAS -> fill(values, slot, k, slot.shape().out(), common, own);
        }
        return values;
    }

    private static int fanIn(Parameter slot) {
        return slot.shape().in() * slot.shape().kernel() * slot.shape().kernel();
    }

    private void fill(float[] values, Parameter slot, int k, int fanIn, double common, double own) {
        double bound = 1 / Math.sqrt(fanIn);
        SplittableRandom ofAll = seed.generator("weights " + slot.slot());
        SplittableRandom ofOne = seed.generator("weights " + slot.slot(), k);
        for (int i = 0; i < values.length; i++) {
            double unit = common * ofAll.nextDouble(-1, 1) + own * ofOne.nextDouble(-1, 1);
            values[i] = (float) (bound * unit);
        }
    }
}
