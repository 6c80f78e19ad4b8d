@NullMarked
package kshot.run;

import org.jspecify.annotations.NullMarked;
