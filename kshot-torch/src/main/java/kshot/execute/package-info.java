/**
 * Executors of networks, on libtorch and oneDNN: an {@link kshot.execute.Executor} runs a network with its weights and yields
 * {@link kshot.execute.Scores} or, with a loss, a {@link kshot.execute.Gradient} of the weights or an
 * {@link kshot.execute.ImageGradient}.
 */
@NullMarked
package kshot.execute;

import org.jspecify.annotations.NullMarked;
