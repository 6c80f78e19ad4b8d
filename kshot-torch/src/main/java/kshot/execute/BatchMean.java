package kshot.execute;

import java.util.Arrays;
import java.util.stream.Stream;
import kshot.tensor.Collective;
import kshot.tensor.LibTorch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The mean over the images of a batch that is shared out to the ranks of a job: each knows the mean over its own images. That is one message,
 * whose size depends on the network, and not on the number of supernets.
 */
public final class BatchMean {
    private BatchMean() {}

    /**
     * Replaces means over this rank's images by those over all images of the batch, and their count by that of all. What one rank alone has
     * stays as it is. Nothing waits for the device.
     *
     * @param count of this rank's images; the means of a rank without images count for nothing
     * @param means vectors of one type, such as a gradient
     */
    public static void over(Collective collective, CountTensor count, Tensor... means) {
        if (collective.isAlone()) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor counts = LibTorch.cast(count.numbers().values(), LibTorch.type(means[0]));
            Tensor images = counts.select(0, 0);
            Tensor message = LibTorch.concatenate(
                    Stream.concat(Arrays.stream(means).map(mean -> mean.mul(images)), Stream.of(counts))
                            .toList());
            collective.sum(message);
            Tensor sums = message.narrow(0, message.numel() - CountTensor.SIZE, CountTensor.SIZE);
            count.numbers().values().copy_(sums);
            Tensor all = sums.select(0, 0);
            long from = 0;
            for (Tensor mean : means) {
                mean.copy_(message.narrow(0, from, mean.numel()).div(all));
                from += mean.numel();
            }
        }
    }
}
