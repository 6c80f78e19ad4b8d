package kshot.execute;

import java.util.Arrays;
import java.util.stream.Stream;
import kshot.tensor.Collective;
import kshot.tensor.LibTorch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The mean over the images of a batch that is shared out to the ranks of a job: each knows the mean over its own images. That is one message,
 * whose size depends on the network, and not on the number of supernets.
 */
public final class BatchMean {
    private BatchMean() {}

    /**
     * Replaces means over this rank's images by those over all images of the batch. The mean of one rank alone stays as it is.
     *
     * @param count of this rank's images; the means of a rank without images count for nothing
     * @param means vectors of one type, such as a gradient
     * @return the count of all images
     */
    public static Loss.Count over(Collective collective, Loss.Count count, Tensor... means) {
        if (collective.isAlone()) {
            return count;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor counts = LibTorch.cast(
                    Tensor.create((double) count.images(), (double) count.correct(), count.logLikelihood()),
                    LibTorch.type(means[0]));
            Tensor message = LibTorch.concatenate(Stream.concat(
                            Arrays.stream(means).map(mean -> mean.mul(new Scalar((double) count.images()))),
                            Stream.of(counts))
                    .toList());
            collective.sum(message);
            long end = message.numel() - counts.numel();
            double[] sums = LibTorch.toDoubles(message.narrow(0, end, counts.numel()));
            message.div_(new Scalar(sums[0]));
            long from = 0;
            for (Tensor mean : means) {
                mean.copy_(message.narrow(0, from, mean.numel()));
                from += mean.numel();
            }
            return new Loss.Count(Math.round(sums[0]), Math.round(sums[1]), sums[2]);
        }
    }
}
