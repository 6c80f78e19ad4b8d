@NullMarked
package kshot.examples;

import org.jspecify.annotations.NullMarked;
