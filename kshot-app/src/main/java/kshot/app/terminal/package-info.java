/** What a person sees while the program works: lines and progress on standard error. */
@NullMarked
package kshot.app.terminal;

import org.jspecify.annotations.NullMarked;
