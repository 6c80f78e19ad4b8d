/**
 * One pass over a network by the kernels of oneDNN: a forward and a backward operation for each layer, and the tape that leads
 * from one to the other. Start with {@link kshot.execute.layers.NetworkPass}. Weights, images and class scores are bare addresses
 * here; the tensors behind them belong to the {@code OneDnnExecutor}, which is the only one that needs this package.
 */
@NullMarked
package kshot.execute.layers;

import org.jspecify.annotations.NullMarked;
