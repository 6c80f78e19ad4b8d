/**
 * The main job, step by step: {@link kshot.run.pipeline.Pipeline} states the steps in their order, each step reads the run
 * directory and writes to it, {@link kshot.run.Run} is what they share.
 */
@NullMarked
package kshot.run;

import org.jspecify.annotations.NullMarked;
