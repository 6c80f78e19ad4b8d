/** Training: Algorithm 2 of the paper for supernets and simplex-net, and the retraining of one architecture. */
@NullMarked
package kshot.train;

import org.jspecify.annotations.NullMarked;
