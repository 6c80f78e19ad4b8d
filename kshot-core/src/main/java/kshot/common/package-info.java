/** What every package needs: the seed from which all randomness is derived, and the error for wrong input. */
@NullMarked
package kshot.common;

import org.jspecify.annotations.NullMarked;
