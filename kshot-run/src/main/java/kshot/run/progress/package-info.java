/** Listeners that hear what a run does, and requests by which they stop it. */
@NullMarked
package kshot.run.progress;

import org.jspecify.annotations.NullMarked;
