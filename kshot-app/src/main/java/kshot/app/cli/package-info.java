/** The commands. Results go to standard output, progress to standard error, wrong input is one line and exit code 2. */
@NullMarked
package kshot.app.cli;

import org.jspecify.annotations.NullMarked;
