/**
 * The search spaces that are shipped, by name, and the networks that one would take instead of a search. Start with
 * {@link kshot.space.shipped.Spaces#named}, which also reads the files of other spaces.
 */
@NullMarked
package kshot.space.shipped;

import org.jspecify.annotations.NullMarked;
