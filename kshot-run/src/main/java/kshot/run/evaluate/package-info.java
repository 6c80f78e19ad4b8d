/** Evaluation of architectures under the trained supernets of a run: {@link kshot.run.evaluate.Evaluations}. */
@NullMarked
package kshot.run.evaluate;

import org.jspecify.annotations.NullMarked;
