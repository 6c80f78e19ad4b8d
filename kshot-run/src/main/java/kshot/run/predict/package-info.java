/** Classes of images by exported models. */
@NullMarked
package kshot.run.predict;

import org.jspecify.annotations.NullMarked;
