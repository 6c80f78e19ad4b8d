/**
 * The search over evaluated architectures: {@link kshot.search.Nsga2}, its baseline {@link kshot.search.RandomSearch}, and
 * what they need. {@link kshot.search.Evaluator} is what a caller brings; it gives architectures named
 * {@link kshot.search.Scores}, and the search is told which of them to maximise.
 * {@link kshot.search.FeasibleSampler} keeps all draws inside the limits.
 */
@NullMarked
package kshot.search;

import org.jspecify.annotations.NullMarked;
