/**
 * A data set as it stands in its files: an {@link kshot.data.source.ImageSource}, whose images have labels and are not read yet.
 */
@NullMarked
package kshot.data.source;

import org.jspecify.annotations.NullMarked;
