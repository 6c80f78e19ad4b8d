/**
 * Loading of data sets: {@link kshot.data.load.Datasets#load} recognises the format, decodes all images into one shape, leaves out
 * duplicates, and keeps the result in a cache.
 */
@NullMarked
package kshot.data.load;

import org.jspecify.annotations.NullMarked;
