/** Programs of a page that use kshot as a library. */
@NullMarked
package kshot.examples;

import org.jspecify.annotations.NullMarked;
