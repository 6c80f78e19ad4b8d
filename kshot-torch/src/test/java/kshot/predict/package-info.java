/** Tests of {@link kshot.predict}. */
@NullMarked
package kshot.predict;

import org.jspecify.annotations.NullMarked;
