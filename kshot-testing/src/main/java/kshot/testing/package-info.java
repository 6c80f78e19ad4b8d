/** Code that tests of whole runs share. */
@NullMarked
package kshot.testing;

import org.jspecify.annotations.NullMarked;
