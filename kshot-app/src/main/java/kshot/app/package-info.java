/** The program: {@link kshot.app.Main} starts the command line. */
@NullMarked
package kshot.app;

import org.jspecify.annotations.NullMarked;
