package kshot.train;

import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import kshot.execute.CountTensor;
import kshot.execute.Executor;
import kshot.execute.Loss;
import kshot.execute.NetworkWeights;
import kshot.network.Network;
import kshot.tensor.Compute;
import kshot.tensor.ImageTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Precision;
import kshot.weights.StandaloneWeights;

/** Runs a trained network where its weights are: float32, running statistics, no gradients. */
public final class Inference {
    private Inference() {}

    /**
     * The score of a network on a set of images.
     *
     * @param images how many
     * @param accuracy share of correct ones, in [0, 1]
     * @param logLikelihood mean of an image
     */
    public record Score(long images, double accuracy, double logLikelihood) {}

    private static Compute compute(StandaloneWeights weights) {
        return new Compute(weights.compute().device(), Precision.FLOAT32);
    }

    /** Returns accuracy and mean log-likelihood over all batches. */
    public static Score score(Network network, StandaloneWeights weights, EvaluationBatches batches) {
        Loss.Count count;
        Compute compute = compute(weights);
        try (Executor executor = Executor.of(compute);
                NativeScope scope = new NativeScope()) {
            CountTensor counted = CountTensor.none(compute);
            NetworkWeights ready = weights.forInference();
            for (int i = 0; i < batches.count(); i++) {
                try (NativeScope ofBatch = new NativeScope()) {
                    ImageTensors images = ImageTensors.of(batches.at(i), compute);
                    counted.add(executor.forward(network, ready, images).count(images));
                }
            }
            count = counted.read();
        }
        return new Score(count.images(), count.accuracy(), count.meanLogLikelihood());
    }

    /** Returns class scores of a batch, one row for each image. */
    public static float[][] scores(Network network, StandaloneWeights weights, Batch batch) {
        Compute compute = compute(weights);
        try (Executor executor = Executor.of(compute);
                NativeScope scope = new NativeScope()) {
            ImageTensors images = ImageTensors.of(batch, compute);
            float[] flat =
                    executor.forward(network, weights.forInference(), images).toFloats();
            float[][] rows = new float[batch.size()][flat.length / batch.size()];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(flat, i * rows[i].length, rows[i], 0, rows[i].length);
            }
            return rows;
        }
    }
}
