/**
 * The layers of networks as kernels of oneDNN, forward and backward. Features are channels last in float32 or bfloat16;
 * weights and their gradients are float32. A kernel is compiled once for a shape and a number of threads, and works on
 * bare addresses. The memory between the layers belongs to a {@link kshot.onednn.Workspace}.
 */
@NullMarked
package kshot.onednn;

import org.jspecify.annotations.NullMarked;
