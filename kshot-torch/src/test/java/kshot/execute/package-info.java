@NullMarked
package kshot.execute;

import org.jspecify.annotations.NullMarked;
