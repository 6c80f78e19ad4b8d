@NullMarked
package kshot.run.store;

import org.jspecify.annotations.NullMarked;
