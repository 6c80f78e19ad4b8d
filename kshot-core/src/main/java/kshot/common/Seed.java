package kshot.common;

import java.util.SplittableRandom;

/**
 * The root of all randomness. Every random draw is a function of (seed, purpose, indices) and never of a generator's
 * hidden state, so that the architecture of step 812 or the crop of image 77 in epoch 3 can be computed without what
 * came before: resuming and repeating are exact by construction.
 *
 * @param value the user's seed
 */
public record Seed(long value) {

    /**
     * Returns a fresh generator for one purpose and place, for example {@code seed.generator("path", step)}. Equal
     * arguments give equal streams; different ones give unrelated streams.
     */
    public SplittableRandom generator(String purpose, long... indices) {
        return new SplittableRandom(derive(purpose, indices).value);
    }

    /** Returns another seed for a part of the work, for example one for each of several repetitions. */
    public Seed derive(String purpose, long... indices) {
        long hash = mix(value);
        for (int i = 0; i < purpose.length(); i++) {
            hash = mix(hash ^ purpose.charAt(i));
        }
        for (long index : indices) {
            hash = mix(hash + index);
        }
        return new Seed(hash);
    }

    /**
     * Returns the result of one round of SplitMix64 (doi:10.1145/2714064.2660195): increment by the golden ratio, then
     * its finalizer.
     */
    private static long mix(long state) {
        long z = state + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
