/** The simplex code λ of an architecture, and the net that makes it. */
@NullMarked
package kshot.simplex;

import org.jspecify.annotations.NullMarked;
