/** Tests of {@link kshot.bench}. */
@NullMarked
package kshot.bench;

import org.jspecify.annotations.NullMarked;
