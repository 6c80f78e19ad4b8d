/** Predictors: classes that score architectures on an executor, such as the trained supernets. */
@NullMarked
package kshot.predict;

import org.jspecify.annotations.NullMarked;
