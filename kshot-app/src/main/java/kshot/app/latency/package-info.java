/** {@link kshot.app.latency.LatencyTables}: times of layers on this machine, measured once and kept. */
@NullMarked
package kshot.app.latency;

import org.jspecify.annotations.NullMarked;
