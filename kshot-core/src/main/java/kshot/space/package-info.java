/**
 * Search spaces: what can be chosen ({@link kshot.space.Decision}), one choice of everything
 * ({@link kshot.space.Architecture}) and the network it stands for ({@link kshot.space.SearchSpace#network}). Start with
 * {@link kshot.space.SearchSpace}, and with {@link kshot.space.shipped.Spaces#named}, which knows the shipped spaces and reads YAML
 * files.
 */
@NullMarked
package kshot.space;

import org.jspecify.annotations.NullMarked;
