/** Decoding of image files into 8-bit pixels, and their orientation, colour and size. */
@NullMarked
package kshot.data.image;

import org.jspecify.annotations.NullMarked;
