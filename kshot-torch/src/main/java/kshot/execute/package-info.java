/**
 * The method on libtorch and oneDNN, and the only module that touches native memory. The way of the data:
 * {@link kshot.execute.Supernets} merge the weights of one architecture, {@link kshot.execute.Executor} runs its network
 * with them, {@link kshot.train.SupernetTrainer} repeats that as Algorithm 2
 * says, {@link kshot.predict.SupernetEvaluator} scores architectures, and {@link kshot.train.Retrainer} trains one alone.
 *
 * <p>Native memory lives in visible scopes: each step opens a {@code PointerScope} and everything made inside is freed at
 * its end; what outlives a step is owned by a class that is {@code AutoCloseable}.
 */
@NullMarked
package kshot.execute;

import org.jspecify.annotations.NullMarked;
