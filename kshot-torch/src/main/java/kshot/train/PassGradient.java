package kshot.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import kshot.execute.BatchMean;
import kshot.execute.Gradient;
import kshot.execute.Loss;
import kshot.network.Network;
import kshot.simplex.SimplexCode;
import kshot.tensor.Collective;
import kshot.tensor.Compute;

/** The gradient that a pass over some images has given, of the weights or of the code. */
sealed interface PassGradient {
    /** Returns the norm of ∂L/∂θ̃. */
    double norm();

    /** Returns the count of the images. */
    Loss.Count count();

    /**
     * The gradient of the merged weights.
     *
     * @param code λ
     * @param gradient ∂L/∂θ̃
     */
    record OfWeights(SimplexCode code, Gradient gradient, double norm, Loss.Count count) implements PassGradient {
        /** Returns what a rank adds that has no image of a group. */
        static OfWeights none(Network network, Compute compute, SimplexCode code) {
            return new OfWeights(code, Gradient.zeros(network, compute), 0, Loss.Count.NONE);
        }

        /** Takes it out of the scope of the pass. */
        OfWeights own() {
            gradient.own();
            return this;
        }

        /** Returns the mean over the images of all ranks, in place of that over the images of this one. */
        OfWeights over(Collective ranks) {
            if (ranks.isAlone()) {
                return this;
            }
            Loss.Count ofAll = BatchMean.over(ranks, count, gradient.values());
            return new OfWeights(code, gradient, gradient.norm(), ofAll);
        }
    }

    /**
     * The gradient of the code.
     *
     * @param values ∂L/∂λ
     */
    record OfCode(List<Double> values, double norm, Loss.Count count) implements PassGradient {
        /** How many numbers it is beside the K values. */
        static final int OTHERS = 4;

        static OfCode of(double[] values, double norm, Loss.Count count) {
            return new OfCode(Arrays.stream(values).boxed().toList(), norm, count);
        }

        /** Returns what {@link #numbers} has made numbers of. */
        static OfCode of(double... numbers) {
            int k = numbers.length - OTHERS;
            Loss.Count count = new Loss.Count(Math.round(numbers[k + 1]), Math.round(numbers[k + 2]), numbers[k + 3]);
            return of(Arrays.copyOf(numbers, k), numbers[k], count);
        }

        double[] numbers() {
            return DoubleStream.concat(
                            values.stream().mapToDouble(v -> v),
                            DoubleStream.of(
                                    norm, (double) count.images(), (double) count.correct(), count.logLikelihood()))
                    .toArray();
        }
    }
}
