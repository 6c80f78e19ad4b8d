package kshot.tensor;

import java.util.ArrayList;
import java.util.List;
import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A batch as tensors.
 *
 * @param images N×C×H×W, channels last, in the type of features
 * @param labels N, class indices
 * @param targets of the loss: the labels, or N×classes, shares of the classes in each image
 */
public record ImageTensors(Tensor images, Tensor labels, Tensor targets) implements AutoCloseable {

    /** Creates a batch whose targets are its labels. */
    public ImageTensors(Tensor images, Tensor labels) {
        this(images, labels, labels);
    }

    /** Copies a batch; the tensors belong to the caller's scope. */
    public static ImageTensors of(Batch batch, Compute compute) {
        Tensor pixels = compute.features(
                batch.pixels(),
                batch.size(),
                batch.shape().height(),
                batch.shape().width(),
                batch.shape().channels());
        return new ImageTensors(pixels.permute(0, 3, 1, 2), compute.labels(batch.labels()));
    }

    /**
     * Copies a batch whose images are {@linkplain Batch#mixed mixed} in pairs, and so are its targets: mixup (Zhang et al. 2018,
     * arXiv:1710.09412, equation 1). The labels are those of the images that have the given share.
     */
    public static ImageTensors mixed(Batch batch, double share, int classes, Compute compute) {
        float[] targets = new float[batch.size() * classes];
        for (int image = 0; image < batch.size(); image++) {
            targets[image * classes + (int) batch.labels()[image]] += (float) share;
            targets[image * classes + (int) batch.labels()[batch.size() - 1 - image]] += (float) (1 - share);
        }
        ImageTensors mixed = of(batch.mixed(share), compute);
        return new ImageTensors(
                mixed.images, mixed.labels, compute.vector(targets).reshape(batch.size(), classes));
    }

    /** Copies all batches of a set, to be kept: the caller closes them. */
    public static List<ImageTensors> all(EvaluationBatches batches, Compute compute) {
        List<ImageTensors> all = new ArrayList<>();
        for (int i = 0; i < batches.count(); i++) {
            all.add(kept(batches.at(i), compute));
        }
        return all;
    }

    /** Copies a batch, to be kept: the caller closes it. */
    public static ImageTensors kept(Batch batch, Compute compute) {
        try (PointerScope scope = new PointerScope()) {
            ImageTensors one = of(batch, compute);
            return new ImageTensors(NativeScope.own(one.images), NativeScope.own(one.labels));
        }
    }

    /** Returns the number of images. */
    public long size() {
        return labels.numel();
    }

    /** Returns images {@code from} to {@code to}, exclusive, as views. */
    public ImageTensors range(long from, long to) {
        return new ImageTensors(
                images.narrow(0, from, to - from),
                labels.narrow(0, from, to - from),
                targets.narrow(0, from, to - from));
    }

    @Override
    public void close() {
        images.close();
        labels.close();
    }
}
