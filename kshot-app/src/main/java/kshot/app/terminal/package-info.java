/** Lines and progress on standard error, for a person who watches the program. */
@NullMarked
package kshot.app.terminal;

import org.jspecify.annotations.NullMarked;
