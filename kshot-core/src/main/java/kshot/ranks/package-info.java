/**
 * The processes that compute one job together, on one machine or several, and what keeps them together. {@link kshot.ranks.Ranks} says
 * which of them this process is.
 */
@NullMarked
package kshot.ranks;

import org.jspecify.annotations.NullMarked;
