@NullMarked
package kshot.run.evaluate;

import org.jspecify.annotations.NullMarked;
