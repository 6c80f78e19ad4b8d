/** The pipeline, the command line, the run store and the report. */
@NullMarked
package kshot.app;

import org.jspecify.annotations.NullMarked;
