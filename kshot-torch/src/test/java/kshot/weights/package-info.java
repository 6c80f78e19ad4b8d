@NullMarked
package kshot.weights;

import org.jspecify.annotations.NullMarked;
