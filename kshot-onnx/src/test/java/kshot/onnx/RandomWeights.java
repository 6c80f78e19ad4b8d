package kshot.onnx;

import java.util.SplittableRandom;
import kshot.common.Seed;
import kshot.network.Layer.BatchNorm;
import kshot.network.Parameter;
import kshot.network.WeightShape;
import kshot.network.WeightValues;

/** Weights that keep the size of the features about the same from layer to layer; each a function of seed and name. */
record RandomWeights(Seed seed) implements WeightValues {

    @Override
    public float[] values(Parameter parameter) {
        WeightShape shape = parameter.shape();
        int count = (int) shape.count();
        return switch (parameter.role()) {
            case CONVOLUTION, DEPTHWISE, LINEAR -> {
                double bound = Math.sqrt(6.0 * shape.out() / count);
                yield uniform(parameter.slot(), count, -bound, bound);
            }
            case BIAS, SHIFT -> uniform(parameter.slot(), count, -0.5, 0.5);
            case SCALE -> uniform(parameter.slot(), count, 0.5, 1.5);
        };
    }

    @Override
    public float[] mean(BatchNorm bn) {
        return uniform(bn.statistics() + " mean", bn.channels(), -0.5, 0.5);
    }

    @Override
    public float[] variance(BatchNorm bn) {
        return uniform(bn.statistics() + " variance", bn.channels(), 0.5, 2);
    }

    /** Numbers of a purpose, each uniform from {@code low} to {@code high}. */
    float[] uniform(String purpose, int count, double low, double high) {
        SplittableRandom random = seed.generator(purpose);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextDouble(low, high);
        }
        return numbers;
    }
}
