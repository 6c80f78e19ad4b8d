/**
 * Tensors, weights and what runs networks, on libtorch and oneDNN. Beside {@code kshot.onednn} this is the only package that knows
 * addresses and devices. The way of the data: {@link kshot.execute.Supernets} merge the weights of one architecture,
 * {@link kshot.execute.Executor} runs its network with them and yields {@link kshot.execute.Scores} or, with a loss, a
 * {@link kshot.execute.Gradient}, which {@link kshot.execute.SupernetDescent} follows. {@link kshot.execute.Compute} says where and
 * in which numbers, and makes all tensors.
 *
 * <p>Native memory lives in visible scopes: each step opens a {@link kshot.execute.NativeScope} and everything made inside is
 * freed at its end; what outlives a step is owned by a class that is {@code AutoCloseable}.
 */
@NullMarked
package kshot.execute;

import org.jspecify.annotations.NullMarked;
