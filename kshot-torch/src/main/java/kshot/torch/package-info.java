/** Tensors, supernets, training and evaluation on libtorch. */
@NullMarked
package kshot.torch;

import org.jspecify.annotations.NullMarked;
