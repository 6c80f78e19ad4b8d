package kshot.app.study;

import kshot.common.Seed;
import kshot.rank.BenchmarkTable;
import org.jspecify.annotations.Nullable;

/**
 * What rankings are measured against.
 *
 * @param table of true accuracies
 * @param column of the table
 * @param sample how many architectures of it, drawn by the seed; null for all
 * @param seed of the sample: the same architectures for all members of a study
 */
public record Truth(
        BenchmarkTable table, String column, @Nullable Integer sample, Seed seed) {}
