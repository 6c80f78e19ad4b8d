@NullMarked
package kshot.app.terminal;

import org.jspecify.annotations.NullMarked;
