@NullMarked
package kshot.run.predict;

import org.jspecify.annotations.NullMarked;
