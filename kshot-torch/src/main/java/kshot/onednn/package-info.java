/**
 * The layers of networks as kernels of oneDNN, forward and backward: features channels last in float32 or bfloat16, weights and
 * their gradients in float32. A kernel is made once for a shape and a number of threads, and works on bare addresses; the
 * memory in between belongs to a {@link kshot.onednn.Workspace}.
 */
@NullMarked
package kshot.onednn;

import org.jspecify.annotations.NullMarked;
