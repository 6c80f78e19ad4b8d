@NullMarked
package kshot.torch;

import org.jspecify.annotations.NullMarked;
