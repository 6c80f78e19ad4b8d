/**
 * A run by several ranks. Rank 0 does the run and is the only one that reads or writes its directory; it tells the others by
 * {@link kshot.run.team.Assignment}s what to compute with it. {@link kshot.run.team.Team} is its side.
 */
@NullMarked
package kshot.run.team;

import org.jspecify.annotations.NullMarked;
