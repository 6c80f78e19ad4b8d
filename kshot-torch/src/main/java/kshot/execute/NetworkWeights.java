package kshot.execute;

import kshot.execute.TensorWeights.RunningStatistics;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one network: merged from K supernets, taken from one, or standing alone. An {@link Executor} can't tell.
 *
 * @param layout where each stands
 * @param flat all of them, of the layout's size, in the storage type of the precision
 * @param statistics what batch normalisation normalises by; null for the statistics of the batch itself
 */
public record NetworkWeights(
        WeightLayout layout, Tensor flat, @Nullable RunningStatistics statistics) {}
