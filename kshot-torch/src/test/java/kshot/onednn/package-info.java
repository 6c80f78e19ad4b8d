@NullMarked
package kshot.onednn;

import org.jspecify.annotations.NullMarked;
