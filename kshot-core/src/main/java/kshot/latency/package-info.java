/**
 * How long a network will take, from the times of its parts: {@link kshot.latency.LayerGroup} says what is timed as one,
 * {@link kshot.latency.LatencyTable} holds the times and adds them, {@link kshot.latency.TableBuilder} has them measured.
 */
@NullMarked
package kshot.latency;

import org.jspecify.annotations.NullMarked;
