/**
 * What every package needs: the seed from which all randomness is derived, the error for wrong input, and files that are
 * whole or not there.
 */
@NullMarked
package kshot.common;

import org.jspecify.annotations.NullMarked;
