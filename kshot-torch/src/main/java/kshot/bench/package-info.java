/** Benchmarks: the time of training steps and evaluations, and the limits of the machine. */
@NullMarked
package kshot.bench;

import org.jspecify.annotations.NullMarked;
