/**
 * How well scores rank architectures: {@link kshot.rank.RankingReport} says it in numbers and a sentence, beside baselines
 * that cost nothing, by the coefficients of {@link kshot.rank.RankCorrelation} with intervals of
 * {@link kshot.rank.Bootstrap}; {@link kshot.rank.BenchmarkTable} holds the truth.
 */
@NullMarked
package kshot.rank;

import org.jspecify.annotations.NullMarked;
