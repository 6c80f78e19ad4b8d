/** What a run tells its caller while it works, and how the caller stops it. */
@NullMarked
package kshot.run.progress;

import org.jspecify.annotations.NullMarked;
