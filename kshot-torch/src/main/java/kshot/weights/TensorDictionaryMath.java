package kshot.weights;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import kshot.tensor.Compute;
import kshot.tensor.LibTorch;
import kshot.tensor.NativeScope;
import org.bytedeco.javacpp.PointerScope;
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
    public void merge(List<Region> regions, Tensor lambda, Tensor merged) {
        for (Region region : regions) {
            try (PointerScope scope = new PointerScope()) {
                region.ofVector(merged).copy_(torch.mv(matrix(region).t(), lambda));
            }
        }
    }

    @Override
    public Tensor codeGradient(List<Region> regions, Tensor gradient) {
        try (PointerScope scope = new PointerScope()) {
            Tensor sum = compute.zeros(k);
            for (Region region : regions) {
                try (PointerScope ofRegion = new PointerScope()) {
                    sum.add_(torch.mv(matrix(region), region.ofVector(gradient)));
                }
            }
            return NativeScope.keep(LibTorch.cast(sum, ScalarType.Double));
        }
    }

    /** Returns the weights in use as K×n, copied only where there are gaps. */
    private Tensor matrix(Region region) {
        return region.of(region.block().weights()).reshape(k, region.length());
    }

    @Override
    public void descend(
            List<Region> regions,
            Map<String, Tensor> momenta,
            Tensor lambda,
            Tensor gradient,
            Sgd sgd,
            double learningRate) {
        for (Region region : regions) {
            Tensor momentum = Objects.requireNonNull(momenta.get(region.block().name()));
            descend(region, momentum, lambda, region.ofVector(gradient), sgd, learningRate);
        }
    }

    private void descend(Region region, Tensor momenta, Tensor lambda, Tensor gradient, Sgd sgd, double learningRate) {
        try (PointerScope scope = new PointerScope()) {
            Tensor weights = region.of(region.block().weights());
            Tensor momentum = region.of(momenta);
            long columns = weights.size(1);
            long length = gradient.numel() / columns;
            long most = Math.max(1, atOnce / (weights.numel() / columns));
            for (long from = 0; from < columns; from += most) {
                long count = Math.min(most, columns - from);
                try (PointerScope ofPart = new PointerScope()) {
                    Tensor few = weights.narrow(1, from, count);
                    Tensor ofFew = torch.outer(lambda, gradient.narrow(0, from * length, count * length));
                    sgd.step(few, momentum.narrow(1, from, count), ofFew.view(few.shape()), learningRate);
                }
            }
        }
    }
}
