@NullMarked
package kshot.app;

import org.jspecify.annotations.NullMarked;
