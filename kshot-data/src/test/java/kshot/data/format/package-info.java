@NullMarked
package kshot.data.format;

import org.jspecify.annotations.NullMarked;
