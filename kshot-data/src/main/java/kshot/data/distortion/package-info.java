/** Distortions of training images: colours, angles and edges that differ from those of the photo, and patches that are missing. */
@NullMarked
package kshot.data.distortion;

import org.jspecify.annotations.NullMarked;
