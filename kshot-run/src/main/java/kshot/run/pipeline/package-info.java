/** The main job, stage by stage: {@link kshot.run.pipeline.Pipeline} states the steps in their order. */
@NullMarked
package kshot.run.pipeline;

import org.jspecify.annotations.NullMarked;
