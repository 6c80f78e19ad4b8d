/**
 * Ranking ability: how well scores rank architectures. {@link kshot.rank.RankingReport} compares scores with baselines
 * that cost nothing and states the result in numbers and a sentence. It uses the coefficients of
 * {@link kshot.rank.RankCorrelation} with the intervals of {@link kshot.rank.Bootstrap}.
 * {@link kshot.rank.BenchmarkTable} holds the true accuracies.
 */
@NullMarked
package kshot.rank;

import org.jspecify.annotations.NullMarked;
