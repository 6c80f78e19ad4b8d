package kshot.train;

import java.util.List;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.common.Seed;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/**
 * The images and architectures of a batch.
 *
 * @param batchSize images of a batch
 * @param paths a supernet batch is split into so many parts, each under an architecture of its own, which moves the
 *     supernets at the whole rate; 1 in the paper
 * @param fairPaths whether these architectures are drawn so that options come equally often, see
 *     {@link kshot.space.SearchSpace#sampleFairly}; independently in the paper
 * @param largestOf each of them is the one with the most FLOPs of so many drawn, see
 *     {@link kshot.space.SearchSpace#sampleLargest}; 1 in the paper, and where paths are fair
 * @param groups m: a simplex batch, or a joint one, is split into m groups, each under an architecture of its own; the
 *     mean of their losses counts, so each of a joint batch moves the supernets at 1/m of the rate
 */
public record SupernetSampling(int batchSize, int paths, boolean fairPaths, int largestOf, int groups) {
    public SupernetSampling {
        Range.atLeast(2).require("batchSize", batchSize);
        requireParts("paths", paths, batchSize);
        Range.atLeast(1).atMost(1000).require("largestOf", largestOf);
        InvalidInputException.require(
                largestOf == 1 || !fairPaths, "largestOf", largestOf, "1 where %s is true", "fairPaths");
        requireParts("groups", groups, batchSize);
    }

    private static void requireParts(String name, int parts, int batchSize) {
        InvalidInputException.require(
                parts >= 1 && batchSize % parts == 0 && batchSize / parts >= 2,
                name,
                parts,
                "a divisor of %s, " + batchSize + ", that leaves at least 2 images for each part",
                "batchSize");
    }

    public SupernetSampling withBatchSize(int batchSize) {
        return new SupernetSampling(batchSize, paths, fairPaths, largestOf, groups);
    }

    public SupernetSampling withPaths(int paths) {
        return new SupernetSampling(batchSize, paths, fairPaths, largestOf, groups);
    }

    public SupernetSampling withLargestOf(int largestOf) {
        return new SupernetSampling(batchSize, paths, fairPaths, largestOf, groups);
    }

    public SupernetSampling withGroups(int groups) {
        return new SupernetSampling(batchSize, paths, fairPaths, largestOf, groups);
    }

    /** Draws the architectures of a step that trains the supernets alone. */
    List<Architecture> drawPaths(SearchSpace space, Seed seed, long step) {
        return fairPaths
                ? space.sampleFairly(paths, seed.generator("paths", step))
                : draw("path", paths, largestOf, space, seed, step);
    }

    /** Draws the architectures of a step that trains the simplex-net, each the largest of so many. */
    List<Architecture> drawGroups(int ofSoMany, SearchSpace space, Seed seed, long step) {
        return draw("group", groups, ofSoMany, space, seed, step);
    }

    private static List<Architecture> draw(
            String purpose, int count, int largestOf, SearchSpace space, Seed seed, long step) {
        return IntStream.range(0, count)
                .mapToObj(j -> space.sampleLargest(largestOf, seed.generator(purpose, step, j)))
                .toList();
    }
}
