package kshot.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import kshot.common.Seed;
import kshot.execute.Gradient;
import kshot.execute.NetworkWeights;
import kshot.execute.WeightLayout;
import kshot.execute.WidthSpace;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.tensor.Compute;
import kshot.tensor.Device;
import kshot.tensor.LibTorch;
import kshot.tensor.NamedTensors;
import kshot.tensor.Precision;
import kshot.weights.DictionaryMath.Block;
import kshot.weights.DictionaryMath.DescentRule;
import kshot.weights.DictionaryMath.Region;
import kshot.weights.DictionaryMath.Sharing;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The algebra of supernets on bare addresses against that in tensor operations, and both against plain loops in double. Networks
 * use whole blocks and slices of them.
 */
class DictionaryMathTest {
    private static final Seed SEED = new Seed(9);
    private static final double RATE = 0.1;
    private static final Sgd SGD = new Sgd(0.9, true, 0.01);

    /** Three supernets that share what they can, and have something in common. */
    private static final DictionarySettings PARTLY = new DictionarySettings(3, 0.6, true, true, true, true, 0.05);

    /** A network of a space under K supernets. */
    record Case(SearchSpace space, Architecture architecture, DictionarySettings dictionary, Precision precision) {
        int k() {
            return dictionary.k();
        }

        Compute compute() {
            return Compute.of(precision);
        }

        Network network() {
            return space.network(architecture);
        }

        SimplexCode code() {
            return k() == 1 ? SimplexCode.uniform(1) : SimplexCode.of(0.5f, 0.125f, 0.375f);
        }

        /**
         * The largest error of a sum of n products relative to the sum of their absolute values, n · u of the type, in whatever
         * order it is taken (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 3.1).
         */
        double error(long n) {
            return n * (precision == Precision.FLOAT32 ? Math.pow(2, -24) : Math.pow(2, -53));
        }

        Mixture mixture() {
            return Mixture.of(code(), compute());
        }

        /** The factor of a row of a block. */
        double factor(Block block, int row) {
            return block.sharing() != Sharing.SHARED && row < k() ? code().get(row) : 1;
        }

        @Override
        public String toString() {
            return String.format("%s %s, %s, %s", space.name(), space.format(architecture), dictionary, precision);
        }
    }

    static Stream<Case> cases() {
        SearchSpace cell = new NasBench201(4, 1, new FeatureShape(3, 8, 8), 5);
        SearchSpace widths = new WidthSpace();
        List<Case> cases = new ArrayList<>();
        for (Precision precision : List.of(Precision.FLOAT32, Precision.FLOAT64)) {
            for (DictionarySettings dictionary : List.of(
                    DictionarySettings.of(1),
                    DictionarySettings.of(3),
                    PARTLY.withCommonWeights(false),
                    PARTLY.withShareFixed(false).withShareNormalization(false),
                    PARTLY)) {
                cases.add(new Case(cell, Architecture.of(3, 1, 2, 4, 3, 2), dictionary, precision));
                cases.add(new Case(widths, Architecture.of(0, 2, 1), dictionary, precision));
                cases.add(new Case(widths, Architecture.of(1, 1, 0), dictionary, precision));
                cases.add(new Case(widths, Architecture.of(2, 2, 1), dictionary, precision));
            }
        }
        return cases.stream();
    }

    private static List<DictionaryMath> implementations(Case c, Supernets supernets) {
        return List.of(
                new NativeDictionaryMath(c.compute(), c.k(), supernets.blocks()),
                new TensorDictionaryMath(c.compute(), c.k(), Long.MAX_VALUE));
    }

    private static Supernets supernets(Case c) {
        return Supernets.random(c.space, c.dictionary, c.compute(), SEED);
    }

    private static Tensor random(Case c, long count) {
        double[] values = new SplittableRandom(count)
                .doubles(count, -1, 1)
                .map(v -> (float) v)
                .toArray();
        return LibTorch.cast(Tensor.create(values), c.precision.storage());
    }

    /** Calls back with each weight in use: its place in the network's vector, and in one copy of the block. */
    private interface Use {
        void of(int inVector, Block block, int inBlock);
    }

    private static void forEachUse(List<Region> regions, Use use) {
        for (Region region : regions) {
            for (int row = 0; row < region.rows(); row++) {
                for (int i = 0; i < region.width(); i++) {
                    use.of((int) (region.offset() + row * region.width() + i), region.block(), (int)
                            (region.first() + row * region.pitch() + i));
                }
            }
        }
    }

    /** Sets all weights, and momenta, that a network does not use. */
    private static void fillUnused(Supernets supernets, SupernetDescent descent, List<Region> regions, double value) {
        for (Block block : supernets.blocks()) {
            for (Tensor tensor : List.of(block.weights(), descent.momenta().get(block.name()))) {
                double[] values = LibTorch.toDoubles(tensor);
                double[] filled = new double[values.length];
                Arrays.fill(filled, value);
                int size = (int) block.layout().size();
                forEachUse(regions, (inVector, used, inBlock) -> {
                    if (used.name().equals(block.name())) {
                        for (int k = 0; k < block.rows(); k++) {
                            filled[k * size + inBlock] = values[k * size + inBlock];
                        }
                    }
                });
                tensor.copy_(Tensor.create(filled).view(tensor.shape()));
            }
        }
    }

    /** Every value is written, though none was a number; what is not in use may be anything. */
    @ParameterizedTest
    @MethodSource("cases")
    void bothMergeAsPlainLoopsDo(Case c) {
        try (PointerScope scope = new PointerScope();
                Supernets supernets = supernets(c);
                SupernetDescent descent = new SupernetDescent(supernets)) {
            WeightLayout layout = WeightLayout.of(c.network());
            List<Region> regions = supernets.regions(layout);
            fillUnused(supernets, descent, regions, Double.NaN);
            double[] expected = new double[(int) layout.size()];
            forEachUse(regions, (inVector, block, inBlock) -> {
                Tensor weights = block.weights().select(1, inBlock);
                for (int row = 0; row < block.rows(); row++) {
                    expected[inVector] +=
                            c.factor(block, row) * weights.select(0, row).item_double();
                }
            });
            for (DictionaryMath math : implementations(c, supernets)) {
                Tensor merged = c.compute().empty(layout.size());
                merged.fill_(new Scalar(Double.NaN));
                math.merge(regions, c.mixture(), merged);
                // All weights are within ±1, and so is Σ |λ_k θ_k|; with θ_0 it is within ±2.
                assertThat(LibTorch.toDoubles(merged)).containsExactly(expected, within(2 * c.error(c.k() + 1)));
            }
        }
    }

    /** A weight that is not in use is huge: a trace of it would be seen. */
    @ParameterizedTest
    @MethodSource("cases")
    void bothHaveTheCodeGradientOfPlainLoops(Case c) {
        try (PointerScope scope = new PointerScope();
                Supernets supernets = supernets(c);
                SupernetDescent descent = new SupernetDescent(supernets)) {
            WeightLayout layout = WeightLayout.of(c.network());
            List<Region> regions = supernets.regions(layout);
            fillUnused(supernets, descent, regions, 1e30);
            Tensor gradient = random(c, layout.size());
            double[] values = LibTorch.toDoubles(gradient);
            double[] expected = new double[c.k()];
            double[] magnitude = new double[1];
            forEachUse(regions, (inVector, block, inBlock) -> {
                Tensor weights = block.weights().select(1, inBlock);
                for (int k = 0; k < block.codedRows(); k++) {
                    double product = values[inVector] * weights.select(0, k).item_double();
                    expected[k] += product;
                    magnitude[0] += Math.abs(product);
                }
            });
            for (DictionaryMath math : implementations(c, supernets)) {
                assertThat(LibTorch.toDoubles(math.codeGradient(regions, gradient)))
                        .containsExactly(expected, within(c.error(layout.size()) * magnitude[0]));
            }
        }
    }

    /** Weights and momenta of one step, the same bits by both; what is not in use stays, and is no number before and after. */
    @ParameterizedTest
    @MethodSource("cases")
    void bothDescendToTheSameBitsAndTouchNothingElse(Case c) {
        List<double[]> results = new ArrayList<>();
        for (int implementation = 0; implementation < 2; implementation++) {
            try (PointerScope scope = new PointerScope();
                    Supernets supernets = supernets(c);
                    SupernetDescent descent = new SupernetDescent(supernets)) {
                WeightLayout layout = WeightLayout.of(c.network());
                List<Region> regions = supernets.regions(layout);
                fillUnused(supernets, descent, regions, Double.NaN);
                NamedTensors state = supernets.state().putAll("", descent.state());
                double[] before = values(state);
                DictionaryMath math = implementations(c, supernets).get(implementation);
                DescentRule rule = DescentRule.of(SGD, c.dictionary);
                for (int step = 0; step < 2; step++) {
                    math.descend(regions, descent.momenta(), c.mixture(), random(c, layout.size()), rule, RATE);
                }
                double[] after = values(state);
                for (int i = 0; i < after.length; i++) {
                    assertThat(Double.isNaN(after[i])).as("at %d", i).isEqualTo(Double.isNaN(before[i]));
                }
                assertThat(after).isNotEqualTo(before);
                results.add(after);
            }
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
    }

    private static double[] values(NamedTensors state) {
        return state.asMap().values().stream()
                .flatMapToDouble(tensor -> Arrays.stream(LibTorch.toDoubles(tensor)))
                .toArray();
    }

    /** θ = (1, 2), λ = (1/4, 3/4), g = 4, no momentum, rate 1/2: θ_k -= λ_k g / 2, so 1 - 1/2 and 2 - 3/2. */
    @Test
    void descendsByHand() {
        Compute compute = Compute.of(Precision.FLOAT32);
        try (PointerScope scope = new PointerScope();
                Supernets supernets = Supernets.zeros(new WidthSpace(), DictionarySettings.of(2), compute);
                SupernetDescent descent = new SupernetDescent(supernets)) {
            Network network = new WidthSpace().network(Architecture.of(0, 0, 0));
            WeightLayout layout = WeightLayout.of(network);
            for (Block block : supernets.blocks()) {
                block.weights().select(0, 0).fill_(new Scalar(1.0));
                block.weights().select(0, 1).fill_(new Scalar(2.0));
            }
            Tensor four = compute.zeros(layout.size());
            four.fill_(new Scalar(4.0));
            SimplexCode code = SimplexCode.of(0.25f, 0.75f);
            NetworkWeights merged = supernets.merge(network, code);
            assertThat(LibTorch.toFloats(merged.flat())).containsOnly(1.75f);
            assertThat(supernets.codeGradient(new Gradient(layout, four)).read())
                    .containsExactly(4.0 * layout.size(), 8.0 * layout.size());
            descent.step(new Gradient(layout, four), code, new Sgd(0, false, 0), 0.5);
            for (Region region : supernets.regions(layout)) {
                Tensor used = region.of(region.block().weights());
                assertThat(LibTorch.toFloats(used.select(0, 0))).containsOnly(0.5f);
                assertThat(LibTorch.toFloats(used.select(0, 1))).containsOnly(0.5f);
            }
        }
    }

    /** Without momentum and decay a compensated step moves each merged weight by rate · g, however it is shared. */
    @ParameterizedTest
    @MethodSource("cases")
    void compensatedStepsMoveMergedWeightsAsOneSupernet(Case c) {
        DictionarySettings compensated =
                c.dictionary.withCompensateGradient(true).withDifferenceDecay(0);
        try (PointerScope scope = new PointerScope();
                Supernets supernets = Supernets.random(c.space, compensated, c.compute(), SEED);
                SupernetDescent descent = new SupernetDescent(supernets)) {
            NetworkWeights merged = supernets.merge(c.network(), c.code());
            double[] before = LibTorch.toDoubles(merged.flat());
            Tensor gradient = random(c, merged.layout().size());
            double[] g = LibTorch.toDoubles(gradient);
            descent.step(new Gradient(merged.layout(), gradient), c.code(), new Sgd(0, false, 0), RATE);
            double[] after =
                    LibTorch.toDoubles(supernets.merge(c.network(), c.code()).flat());
            for (int i = 0; i < g.length; i++) {
                assertThat(after[i]).as("at %d", i).isCloseTo(before[i] - RATE * g[i], within(1e-6));
            }
        }
    }

    /** Supernet k of a dictionary with θ_0 begins as that of one without; with a gradient of 0 only D_k decays, by its own rate. */
    @Test
    void commonWeightsAndDifferencesMakeTheSameSupernetsAtTheStart() {
        SearchSpace space = new WidthSpace();
        Network network = space.network(Architecture.of(2, 2, 1));
        Compute compute = Compute.of(Precision.FLOAT64);
        SimplexCode second = SimplexCode.of(0, 1, 0);
        DictionarySettings own = DictionarySettings.of(3).withInitialNoise(0.6);
        DictionarySettings common = own.withCommonWeights(true).withDifferenceDecay(0.5);
        try (PointerScope scope = new PointerScope();
                Supernets ofOwn = Supernets.random(space, own, compute, SEED);
                Supernets ofCommon = Supernets.random(space, common, compute, SEED);
                SupernetDescent descent = new SupernetDescent(ofCommon)) {
            double[] expected = LibTorch.toDoubles(ofOwn.merge(network, second).flat());
            NetworkWeights merged = ofCommon.merge(network, second);
            assertThat(LibTorch.toDoubles(merged.flat())).containsExactly(expected, within(1e-6));

            double[] first = LibTorch.toDoubles(
                    ofCommon.merge(network, SimplexCode.of(1, 0, 0)).flat());
            Tensor none = compute.zeros(merged.layout().size());
            descent.step(new Gradient(merged.layout(), none), second, new Sgd(0, false, 0), RATE);
            double[] nearer = LibTorch.toDoubles(ofCommon.merge(network, second).flat());
            double[] firstNearer = LibTorch.toDoubles(
                    ofCommon.merge(network, SimplexCode.of(1, 0, 0)).flat());
            for (int i = 0; i < nearer.length; i++) {
                assertThat(nearer[i] - firstNearer[i])
                        .isCloseTo((expected[i] - first[i]) * (1 - RATE * 0.5), within(1e-6));
            }
        }
    }

    /** Stem, reductions and classifier are in every network of cells; operations of edges are not. */
    @Test
    void fixedLayersAndNormalizationCanBeShared() {
        SearchSpace cell = new NasBench201(4, 1, new FeatureShape(3, 8, 8), 5);
        DictionarySettings shared =
                DictionarySettings.of(3).withShareFixed(true).withShareNormalization(true);
        try (Supernets supernets = Supernets.zeros(cell, shared, Compute.of(Precision.FLOAT32))) {
            assertThat(supernets.blocks())
                    .filteredOn(block -> block.rows() == 1)
                    .extracting(Block::name)
                    .filteredOn(name -> !name.endsWith(".normalization"))
                    .containsExactlyInAnyOrder("stem", "reduction1", "reduction2", "head");
            assertThat(supernets.blocks())
                    .filteredOn(block -> block.name().startsWith("stage0.cell0.edge0.nor_conv_3x3"))
                    .extracting(
                            Block::name, Block::rows, block -> block.layout().size())
                    .containsExactly(
                            tuple("stage0.cell0.edge0.nor_conv_3x3", 3, 4 * 4 * 9L),
                            tuple("stage0.cell0.edge0.nor_conv_3x3.normalization", 1, 8L));
        }
    }

    /** On a device without numbers a tensor that was made elsewhere would be an error. */
    @Test
    void theTensorImplementationStaysOnItsDevice() {
        Compute shapes = new Compute(Device.SHAPES, Precision.FLOAT32);
        try (PointerScope scope = new PointerScope();
                Supernets supernets = Supernets.zeros(new WidthSpace(), DictionarySettings.of(3), shapes);
                SupernetDescent descent = new SupernetDescent(supernets)) {
            SimplexCode code = SimplexCode.of(0.5f, 0.125f, 0.375f);
            NetworkWeights merged = supernets.merge(new WidthSpace().network(Architecture.of(0, 2, 1)), code);
            assertThat(merged.flat().is_meta()).isTrue();
            Gradient gradient =
                    new Gradient(merged.layout(), shapes.zeros(merged.layout().size()));
            descent.step(gradient, code, SGD, RATE);
            descent.momenta()
                    .values()
                    .forEach(momentum -> assertThat(momentum.is_meta()).isTrue());
        }
    }
}
