/** Measures of a classifier on images that it was not trained on: per class, and of its probabilities. */
@NullMarked
package kshot.classification;

import org.jspecify.annotations.NullMarked;
