@NullMarked
package kshot.run.pipeline;

import org.jspecify.annotations.NullMarked;
