/**
 * Tensors of libtorch: where they live and in which numbers ({@link kshot.tensor.Compute}), their memory in visible scopes
 * ({@link kshot.tensor.NativeScope}: everything made inside is freed at its end; what outlives a step is owned by a class that is
 * {@code AutoCloseable}), threads, and files of them ({@link kshot.tensor.Safetensors}).
 */
@NullMarked
package kshot.tensor;

import org.jspecify.annotations.NullMarked;
