@NullMarked
package kshot.run.latency;

import org.jspecify.annotations.NullMarked;
