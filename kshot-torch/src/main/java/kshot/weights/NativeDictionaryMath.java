package kshot.weights;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The algebra on bare addresses, for the processor. A network of a space with widths has a hundred slices of weights: by tensors,
 * each takes several calls, and these take longer than the sums.
 */
final class NativeDictionaryMath implements DictionaryMath {
    /**
     * Weights, of all supernets, that are updated at once. They, their momenta and their gradients, 6 MiB in float32, stay in
     * the last cache from one operation of the update to the next; fewer cost more calls than they save. docs/performance.md
     * has the figures.
     */
    private static final long AT_ONCE = 1 << 19;

    private final Compute compute;
    private final int k;
    private final NativeBlas blas;
    private final Map<String, Long> addresses;
    private final DictionaryMath tensors;

    /** The algebra on some blocks, whose tensors stay where they are. */
    NativeDictionaryMath(Compute compute, int k, Collection<Block> blocks) {
        this.compute = compute;
        this.k = k;
        this.blas = NativeBlas.of(compute.precision().storage());
        this.addresses =
                blocks.stream().collect(Collectors.toMap(Block::name, block -> LibTorch.address(block.weights())));
        this.tensors = new TensorDictionaryMath(compute, k, AT_ONCE);
    }

    @Override
    public void merge(List<Region> regions, Mixture mixture, Tensor merged) {
        try (PointerScope scope = new PointerScope()) {
            long factors = LibTorch.address(mixture.factors());
            long to = LibTorch.address(merged);
            for (Region region : regions) {
                long part = to + blas.bytes(region.offset());
                long span = region.isDense() ? part : gaps(region);
                long ofBlock = factors + blas.bytes(region.block().firstFactor());
                blas.transposedProduct(
                        region.block().rows(), region.span(), pitch(region), address(region), ofBlock, span);
                if (!region.isDense()) {
                    blas.copyRows(region.rows(), region.width(), span, region.pitch(), part, region.width());
                }
            }
        }
    }

    @Override
    public Tensor codeGradient(List<Region> regions, Tensor gradient) {
        double[] sum = new double[k];
        try (PointerScope scope = new PointerScope()) {
            long ofRegion = LibTorch.address(compute.empty(k));
            long from = LibTorch.address(gradient);
            for (Region region : regions) {
                if (region.block().codedRows() == 0) {
                    continue;
                }
                long part = from + blas.bytes(region.offset());
                long span = region.isDense() ? part : gaps(region);
                if (!region.isDense()) {
                    blas.copyRows(region.rows(), region.width(), part, region.width(), span, region.pitch());
                }
                blas.product(k, region.span(), pitch(region), address(region), span, ofRegion);
                blas.add(ofRegion, sum);
            }
        }
        return Tensor.create(sum);
    }

    private long address(Region region) {
        return Objects.requireNonNull(addresses.get(region.block().name())) + blas.bytes(region.first());
    }

    /** Returns the number of weights from one supernet to the next. */
    private static long pitch(Region region) {
        return region.block().layout().size();
    }

    /** Returns memory for one copy of a region, gaps included, all 0; of the caller's scope. */
    private long gaps(Region region) {
        return LibTorch.address(compute.zeros(region.span()));
    }

    /** By tensors: there each operation reads and writes so much that its call does not count. */
    @Override
    public void descend(
            List<Region> regions,
            Map<String, Tensor> momenta,
            Mixture mixture,
            Tensor gradient,
            DescentRule rule,
            double learningRate) {
        tensors.descend(regions, momenta, mixture, gradient, rule, learningRate);
    }
}
