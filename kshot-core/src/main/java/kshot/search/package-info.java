/**
 * The search over evaluated architectures: {@link kshot.search.Nsga2}, its baseline {@link kshot.search.RandomSearch}, and
 * what they need. {@link kshot.search.Evaluator} is what a caller brings; {@link kshot.search.FeasibleSampler} keeps all
 * draws inside the limits.
 */
@NullMarked
package kshot.search;

import org.jspecify.annotations.NullMarked;
