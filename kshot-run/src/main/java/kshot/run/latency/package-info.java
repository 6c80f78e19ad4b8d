/**
 * Times of layers: on this machine, measured once and kept ({@link kshot.run.latency.LatencyTables}), and on another one
 * ({@link kshot.run.latency.LatencyProbes} goes there, {@link kshot.run.latency.LatencyTableFile} comes back).
 */
@NullMarked
package kshot.run.latency;

import org.jspecify.annotations.NullMarked;
