/**
 * Measuring the speed of training and evaluation: {@link kshot.app.bench.StepReport} of a step,
 * {@link kshot.app.bench.CeilingReport} of what this machine can do at most.
 */
@NullMarked
package kshot.app.bench;

import org.jspecify.annotations.NullMarked;
