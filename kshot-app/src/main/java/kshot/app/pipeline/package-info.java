/**
 * The main job, step by step: {@link kshot.app.pipeline.Pipeline} states the steps in their order, each step reads the run
 * directory and writes to it, {@link kshot.app.pipeline.Run} is what they share.
 */
@NullMarked
package kshot.app.pipeline;

import org.jspecify.annotations.NullMarked;
