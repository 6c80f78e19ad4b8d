package kshot.train;

import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import kshot.execute.Executor;
import kshot.execute.Loss;
import kshot.execute.NetworkWeights;
import kshot.network.Network;
import kshot.tensor.Compute;
import kshot.tensor.ImageTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Precision;
import kshot.weights.StandaloneWeights;

/** Runs a trained network: float32, running statistics, no gradients. */
public final class Inference {
    private static final Compute COMPUTE = Compute.of(Precision.FLOAT32);

    private Inference() {}

    /**
     * The score of a network on a set of images.
     *
     * @param images how many
     * @param accuracy share of correct ones, in [0, 1]
     * @param logLikelihood mean of an image
     */
    public record Score(long images, double accuracy, double logLikelihood) {}

    /** Returns accuracy and mean log-likelihood over all batches. */
    public static Score score(Network network, StandaloneWeights weights, EvaluationBatches batches) {
        Loss.Count count = Loss.Count.NONE;
        try (Executor executor = Executor.of(COMPUTE);
                NativeScope scope = new NativeScope()) {
            NetworkWeights ready = weights.forInference();
            for (int i = 0; i < batches.count(); i++) {
                try (NativeScope ofBatch = new NativeScope()) {
                    ImageTensors images = ImageTensors.of(batches.at(i), COMPUTE);
                    count = count.plus(executor.forward(network, ready, images).count(images));
                }
            }
        }
        return new Score(count.images(), count.accuracy(), count.meanLogLikelihood());
    }

    /** Returns class scores of a batch, one row for each image. */
    public static float[][] scores(Network network, StandaloneWeights weights, Batch batch) {
        try (Executor executor = Executor.of(COMPUTE);
                NativeScope scope = new NativeScope()) {
            ImageTensors images = ImageTensors.of(batch, COMPUTE);
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
