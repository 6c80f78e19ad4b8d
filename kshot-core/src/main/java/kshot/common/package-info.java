/**
 * Classes that every package needs: the seed from which all randomness is derived, the exception for wrong input, and
 * files that are whole or absent.
 */
@NullMarked
package kshot.common;

import org.jspecify.annotations.NullMarked;
