/** {@link kshot.run.latency.LatencyTables}: times of layers on this machine, measured once and kept. */
@NullMarked
package kshot.run.latency;

import org.jspecify.annotations.NullMarked;
