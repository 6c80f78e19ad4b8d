/**
 * The method on libtorch and oneDNN, and the only module that touches native memory. The way of the data:
 * {@link kshot.torch.Supernets} merge the weights of one architecture, {@link kshot.torch.Executor} runs its network
 * with them, {@link kshot.torch.SupernetTrainer} repeats that as Algorithm 2
 * says, {@link kshot.torch.SupernetEvaluator} scores architectures, and {@link kshot.torch.Retrainer} trains one alone.
 *
 * <p>Native memory lives in visible scopes: each step opens a {@code PointerScope} and everything made inside is freed at
 * its end; what outlives a step is owned by a class that is {@code AutoCloseable}.
 */
@NullMarked
package kshot.torch;

import org.jspecify.annotations.NullMarked;
