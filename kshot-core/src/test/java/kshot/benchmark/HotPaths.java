package kshot.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.rank.RankCorrelation;
import kshot.search.CrowdingDistance;
import kshot.search.NonDominatedSorting;
import kshot.space.Architecture;
import kshot.space.OneHot;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The calls of this module that a search or a comparison with a benchmark makes most often, timed by JMH. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HotPaths {
    private static final Seed SEED = new Seed(1);

    /** Points of two objectives, sorted into fronts, as a generation and a whole search have them. */
    @State(Scope.Benchmark)
    public static class Points {
        @Param({"100", "1000"})
        private int points;

        private final double[][] objectives = new double[2][];
        private int[] ranks = {};

        /** Draws them. */
        @Setup
        public void draw() {
            SplittableRandom random = SEED.generator("points");
            objectives[0] = random.doubles(points).toArray();
            objectives[1] = random.doubles(points).toArray();
            ranks = NonDominatedSorting.ranks(objectives[0], objectives[1]);
        }
    }

    /** True accuracies and scores of all architectures of NAS-Bench-201, with equal values among the scores. */
    @State(Scope.Benchmark)
    public static class Scores {
        private static final int ARCHITECTURES = 15_625;
        private static final int IMAGES = 2048;

        private final double[] truth =
                SEED.generator("truth").doubles(ARCHITECTURES).toArray();
        private final double[] scores = Arrays.stream(truth)
                .map(accuracy -> Math.rint(accuracy * IMAGES) / IMAGES)
                .toArray();
    }

    /** A space and architectures of it, one after the other. */
    @State(Scope.Benchmark)
    public static class Networks {
        private static final int ARCHITECTURES = 256;

        @Param({"nas-bench-201", "mobilenetv2-se", "small"})
        private String name = "";

        private SearchSpace space = Spaces.named(Spaces.DEFAULT);
        private OneHot operations = OneHot.operations(space);
        private List<Architecture> architectures = List.of();
        private int next;

        /** Draws them. */
        @Setup
        public void draw() {
            space = Spaces.named(name);
            operations = OneHot.operations(space);
            architectures = IntStream.range(0, ARCHITECTURES)
                    .mapToObj(i -> space.sample(SEED.generator("architecture", i)))
                    .toList();
        }

        private Architecture next() {
            next = (next + 1) % ARCHITECTURES;
            return architectures.get(next);
        }
    }

    /** Fronts of a population. */
    @Benchmark
    public int[] nonDominatedSorting(Points points) {
        return NonDominatedSorting.ranks(points.objectives[0], points.objectives[1]);
    }

    /** Crowding distances in all fronts. */
    @Benchmark
    public double[] crowdingDistance(Points points) {
        return CrowdingDistance.of(points.objectives[0], points.objectives[1], points.ranks);
    }

    /** Kendall's τ-b over a whole benchmark. */
    @Benchmark
    public double kendallB(Scores scores) {
        return RankCorrelation.kendallB(scores.truth, scores.scores);
    }

    /** Spearman's ρ over a whole benchmark. */
    @Benchmark
    public double spearman(Scores scores) {
        return RankCorrelation.spearman(scores.truth, scores.scores);
    }

    /** What the simplex-net reads. */
    @Benchmark
    public int[] oneHot(Networks networks) {
        return networks.operations.ones(networks.next());
    }

    /** The network of an architecture, and its cost. */
    @Benchmark
    public Cost cost(Networks networks) {
        return Cost.of(networks.space.network(networks.next()));
    }
}
