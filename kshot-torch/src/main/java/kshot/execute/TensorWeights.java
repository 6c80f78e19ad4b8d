package kshot.execute;

import kshot.network.Layer.BatchNorm;
import kshot.network.Parameter;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** The weights that an {@link LibTorchExecutor} runs a network with, tensor by tensor. */
public interface TensorWeights {
    /** The tensor of a parameter: O×I×k×k for kernels, O×I or O. */
    Tensor get(Parameter parameter);

    /** Returns the statistics that batch normalisation normalises by; null for those of the batch itself. */
    @Nullable
    RunningStatistics statistics();

    /** Mean and variance for each batch normalisation of a network, kept across batches. */
    interface RunningStatistics {
        /** Running mean, C. */
        Tensor mean(BatchNorm layer);

        /** Running variance, C. */
        Tensor variance(BatchNorm layer);

        /** Whether a pass normalises by the batch and updates the running values, as training does. */
        boolean updating();
    }
}
