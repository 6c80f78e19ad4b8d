/** NSGA-II and what it needs: sorting by dominance, crowding, sampling inside limits. */
@NullMarked
package kshot.search;

import org.jspecify.annotations.NullMarked;
