@NullMarked
package kshot.app.pipeline;

import org.jspecify.annotations.NullMarked;
