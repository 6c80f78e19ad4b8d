@NullMarked
package kshot.data.store;

import org.jspecify.annotations.NullMarked;
