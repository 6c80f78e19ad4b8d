@NullMarked
package kshot.app.store;

import org.jspecify.annotations.NullMarked;
