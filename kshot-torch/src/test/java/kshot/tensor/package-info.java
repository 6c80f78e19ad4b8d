@NullMarked
package kshot.tensor;

import org.jspecify.annotations.NullMarked;
