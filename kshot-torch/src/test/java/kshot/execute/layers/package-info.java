@NullMarked
package kshot.execute.layers;

import org.jspecify.annotations.NullMarked;
