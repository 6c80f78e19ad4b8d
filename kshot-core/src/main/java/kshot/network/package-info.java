/**
 * A sampled architecture as data: {@link kshot.network.Network}, an immutable graph of {@link kshot.network.Layer}s over
 * named weights. It is counted ({@link kshot.network.Cost}), drawn, run and exported from this one description. Start
 * with {@link kshot.network.NetworkBuilder} to make one and {@link kshot.network.Layer.Visitor} to read one.
 */
@NullMarked
package kshot.network;

import org.jspecify.annotations.NullMarked;
