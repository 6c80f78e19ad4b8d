package kshot.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import kshot.execute.CountTensor;
import kshot.execute.Gradient;
import kshot.execute.Loss;
import kshot.simplex.SimplexCode;

/** The gradient that a pass over some images has given, of the weights or of the code, with the numbers that decide what becomes of it. */
sealed interface PassGradient {
    /** How many numbers {@link WeightPass#numbers} are. */
    int NUMBERS = 1 + CountTensor.SIZE;

    /** Returns the norm of ∂L/∂θ̃. */
    double norm();

    /** Returns the count of the images. */
    Loss.Count count();

    /**
     * The gradient of the merged weights.
     *
     * @param code λ
     * @param gradient ∂L/∂θ̃, which stays on the device
     */
    record OfWeights(SimplexCode code, Gradient gradient, double norm, Loss.Count count) implements PassGradient {
        /**
         * Returns the gradients of some passes.
         *
         * @param numbers of each
         */
        static List<OfWeights> of(List<WeightPass> passes, List<double[]> numbers) {
            return IntStream.range(0, passes.size())
                    .mapToObj(j -> new OfWeights(
                            passes.get(j).code(), passes.get(j).gradient(), numbers.get(j)[0], countOf(numbers.get(j))))
                    .toList();
        }
    }

    /**
     * The gradient of the code.
     *
     * @param values ∂L/∂λ
     */
    record OfCode(List<Double> values, double norm, Loss.Count count) implements PassGradient {
        /**
         * Returns the gradients of some passes.
         *
         * @param count of the passes
         * @param numbers of each the numbers of its pass, then K values
         */
        static List<OfCode> of(int count, double[] numbers) {
            int each = numbers.length / count;
            return IntStream.range(0, count)
                    .mapToObj(j -> of(Arrays.copyOfRange(numbers, j * each, (j + 1) * each)))
                    .toList();
        }

        private static OfCode of(double[] numbers) {
            return new OfCode(
                    Arrays.stream(numbers, NUMBERS, numbers.length).boxed().toList(), numbers[0], countOf(numbers));
        }
    }

    private static Loss.Count countOf(double[] numbers) {
        return Loss.Count.of(Arrays.copyOfRange(numbers, 1, NUMBERS));
    }
}
