/** Tests that can be made as long as one likes. */
@NullMarked
package kshot.app.soak;

import org.jspecify.annotations.NullMarked;
