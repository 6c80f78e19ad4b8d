/** Image data sets: readers, splits and batches. */
@NullMarked
package kshot.data;

import org.jspecify.annotations.NullMarked;
