package kshot.weights;

import kshot.common.Range;

/**
 * The dictionary of supernets: which weights it has K times, how they begin and how they are moved. A method {@code withX} returns a
 * copy with another X.
 *
 * @param k K, number of supernets
 * @param initialNoise how far the K initialisations are apart: 1 for independent ones; in between
 *     {@code √(1 - noise²) · shared + noise · own}, which keeps the variance; 0 for K equal ones
 * @param compensateGradient whether the gradient of each weight is divided by the sum of squares of the factors that it is mixed by,
 *     Σ λ_k² in the paper's dictionary: a merged weight then moves as it does for K = 1, and decays by as much relative to that;
 *     the paper does not, and its merged weight moves Σ λ_k² times as far
 * @param shareFixed whether the K supernets share the layers that are the same in all architectures, as stem, reductions and
 *     classifier; the paper's do not
 * @param shareNormalization whether they share the scales and shifts of batch normalisation; the paper's do not
 * @param commonWeights whether the other weights are θ_k = θ_0 + D_k, with θ_0 common to all; the paper's have nothing in common
 * @param differenceDecay weight decay of D_k towards 0, so of θ_k towards θ_0
 */
public record DictionarySettings(
        int k,
        double initialNoise,
        boolean compensateGradient,
        boolean shareFixed,
        boolean shareNormalization,
        boolean commonWeights,
        double differenceDecay) {
    public DictionarySettings {
        Range.atLeast(1).atMost(64).require("k", k);
        Range.atLeast(0).atMost(1).require("initialNoise", initialNoise);
        Range.atLeast(0).require("differenceDecay", differenceDecay);
    }

    /** Returns the dictionary of the paper: K supernets with nothing in common. */
    public static DictionarySettings of(int k) {
        return new DictionarySettings(k, 1, false, false, false, false, 0.0005);
    }

    public DictionarySettings withK(int k) {
        return new DictionarySettings(
                k, initialNoise, compensateGradient, shareFixed, shareNormalization, commonWeights, differenceDecay);
    }

    public DictionarySettings withInitialNoise(double initialNoise) {
        return new DictionarySettings(
                k, initialNoise, compensateGradient, shareFixed, shareNormalization, commonWeights, differenceDecay);
    }

    public DictionarySettings withCompensateGradient(boolean compensateGradient) {
        return new DictionarySettings(
                k, initialNoise, compensateGradient, shareFixed, shareNormalization, commonWeights, differenceDecay);
    }

    public DictionarySettings withShareFixed(boolean shareFixed) {
        return new DictionarySettings(
                k, initialNoise, compensateGradient, shareFixed, shareNormalization, commonWeights, differenceDecay);
    }

    public DictionarySettings withShareNormalization(boolean shareNormalization) {
        return new DictionarySettings(
                k, initialNoise, compensateGradient, shareFixed, shareNormalization, commonWeights, differenceDecay);
    }

    public DictionarySettings withCommonWeights(boolean commonWeights) {
        return new DictionarySettings(
                k, initialNoise, compensateGradient, shareFixed, shareNormalization, commonWeights, differenceDecay);
    }

    public DictionarySettings withDifferenceDecay(double differenceDecay) {
        return new DictionarySettings(
                k, initialNoise, compensateGradient, shareFixed, shareNormalization, commonWeights, differenceDecay);
    }
}
