/** How well scores rank architectures: rank correlations, and the benchmark tables that hold the truth. */
@NullMarked
package kshot.rank;

import org.jspecify.annotations.NullMarked;
