package kshot.weights;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import kshot.tensor.NativeScope;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The algebra in plain tensor operations, for every device.
 *
 * @param atOnce weights, of all supernets, that are updated at once
 */
record TensorDictionaryMath(Compute compute, int k, long atOnce) implements DictionaryMath {

    @Override
    public void merge(List<Region> regions, Mixture mixture, Tensor merged) {
        for (Region region : regions) {
            try (PointerScope scope = new PointerScope()) {
                region.ofVector(merged).copy_(torch.mv(matrix(region).t(), mixture.of(region.block())));
            }
        }
    }

    @Override
    public Tensor codeGradient(List<Region> regions, Tensor gradient) {
        try (PointerScope scope = new PointerScope()) {
            Tensor sum = compute.zeros(k);
            for (Region region : regions) {
                long rows = region.block().codedRows();
                if (rows > 0) {
                    try (PointerScope ofRegion = new PointerScope()) {
                        sum.add_(torch.mv(matrix(region).narrow(0, 0, rows), region.ofVector(gradient)));
                    }
                }
            }
            return NativeScope.keep(LibTorch.cast(sum, ScalarType.Double));
        }
    }

    /** Returns the weights in use as copies×n, copied only where there are gaps. */
    private static Tensor matrix(Region region) {
        return region.of(region.block().weights()).reshape(region.block().rows(), region.length());
    }

    @Override
    public void descend(
            List<Region> regions,
            Map<String, Tensor> momenta,
            Mixture mixture,
            Tensor gradient,
            DescentRule rule,
            double learningRate) {
        for (Region region : regions) {
            try (PointerScope scope = new PointerScope()) {
                Block block = region.block();
                Tensor ofRegion = region.ofVector(gradient);
                if (rule.compensates()) {
                    ofRegion.mul_(new Scalar(1 / mixture.squaredNorm(block)));
                }
                Rows all = new Rows(
                        region.of(block.weights()),
                        region.of(Objects.requireNonNull(momenta.get(block.name()))),
                        mixture.of(block));
                if (block.sharing() == Sharing.COMMON) {
                    descend(all.narrow(0, k), ofRegion, rule.ofDifferences(), learningRate);
                    descend(all.narrow(k, 1), ofRegion, rule.sgd(), learningRate);
                } else {
                    descend(all, ofRegion, rule.sgd(), learningRate);
                }
            }
        }
    }

    /** Rows of a block that are moved alike: the weights in use, their momenta and their factors. */
    private record Rows(Tensor weights, Tensor momentum, Tensor factors) {
        Rows narrow(long first, long count) {
            return new Rows(
                    weights.narrow(0, first, count), momentum.narrow(0, first, count), factors.narrow(0, first, count));
        }
    }

    private void descend(Rows rows, Tensor gradient, Sgd sgd, double learningRate) {
        long columns = rows.weights.size(1);
        long length = gradient.numel() / columns;
        long most = Math.max(1, atOnce / (rows.weights.numel() / columns));
        for (long from = 0; from < columns; from += most) {
            long count = Math.min(most, columns - from);
            try (PointerScope ofPart = new PointerScope()) {
                Tensor few = rows.weights.narrow(1, from, count);
                Tensor ofFew = torch.outer(rows.factors, gradient.narrow(0, from * length, count * length));
                sgd.step(few, rows.momentum.narrow(1, from, count), ofFew.view(few.shape()), learningRate);
            }
        }
    }
}
