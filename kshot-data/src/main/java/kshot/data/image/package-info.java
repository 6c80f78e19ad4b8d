/** Image files to 8-bit pixels: decoding, orientation, colour and size. */
@NullMarked
package kshot.data.image;

import org.jspecify.annotations.NullMarked;
