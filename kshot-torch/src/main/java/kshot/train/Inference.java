package kshot.train;

import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import kshot.execute.Executor;
import kshot.execute.ImageTensors;
import kshot.execute.LibTorch;
import kshot.execute.Loss;
import kshot.execute.NetworkWeights;
import kshot.execute.Precision;
import kshot.execute.StandaloneWeights;
import kshot.network.Network;
import org.bytedeco.javacpp.PointerScope;

/** Runs a trained network: float32, running statistics, no gradients. */
public final class Inference {
    private Inference() {}

    /**
     * How good a network is on a set of images.
     *
     * @param images how many
     * @param accuracy share of correct ones, in [0, 1]
     * @param logLikelihood mean of an image
     */
    public record Score(long images, double accuracy, double logLikelihood) {}

    /** Accuracy and mean log-likelihood over all batches. */
    public static Score score(Network network, StandaloneWeights weights, EvaluationBatches batches) {
        Loss.Count count = Loss.Count.NONE;
        try (Executor executor = Executor.of(Precision.FLOAT32);
                PointerScope scope = new PointerScope()) {
            NetworkWeights ready = weights.forInference();
            for (int i = 0; i < batches.count(); i++) {
                try (PointerScope ofBatch = new PointerScope()) {
                    ImageTensors images = ImageTensors.of(batches.at(i), Precision.FLOAT32);
                    count = count.plus(
                            Loss.Count.of(executor.forward(network, ready, images.images()), images.labels()));
                }
            }
        }
        return new Score(count.images(), count.accuracy(), count.meanLogLikelihood());
    }

    /** Class scores of a batch, one row for each image. */
    public static float[][] scores(Network network, StandaloneWeights weights, Batch batch) {
        try (Executor executor = Executor.of(Precision.FLOAT32);
                PointerScope scope = new PointerScope()) {
            ImageTensors images = ImageTensors.of(batch, Precision.FLOAT32);
            float[] flat = LibTorch.toFloats(executor.forward(network, weights.forInference(), images.images()));
            float[][] rows = new float[batch.size()][flat.length / batch.size()];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(flat, i * rows[i].length, rows[i], 0, rows[i].length);
            }
            return rows;
        }
    }
}
