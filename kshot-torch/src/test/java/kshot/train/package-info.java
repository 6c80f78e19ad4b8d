/** Tests of {@link kshot.train}. */
@NullMarked
package kshot.train;

import org.jspecify.annotations.NullMarked;
