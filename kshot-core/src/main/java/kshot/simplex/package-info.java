/** The simplex code λ of an architecture, the net that computes it, and the training of that net. */
@NullMarked
package kshot.simplex;

import org.jspecify.annotations.NullMarked;
