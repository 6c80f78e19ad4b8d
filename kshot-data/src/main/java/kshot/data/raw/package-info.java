/**
 * Readers of files that hold pixels as they are, many images in each. An {@link kshot.data.raw.RawFile} reads one in the order of its
 * images.
 */
@NullMarked
package kshot.data.raw;

import org.jspecify.annotations.NullMarked;
