/**
 * Prediction of the time that a network takes, from the times of its parts. {@link kshot.latency.LayerGroup} defines
 * the parts that are timed as one, {@link kshot.latency.LatencyTable} holds their times and adds them,
 * {@link kshot.latency.TableBuilder} has them measured.
 */
@NullMarked
package kshot.latency;

import org.jspecify.annotations.NullMarked;
