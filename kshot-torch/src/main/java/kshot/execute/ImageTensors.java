package kshot.execute;

import java.util.ArrayList;
import java.util.List;
import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A batch in native memory.
 *
 * @param images N×C×H×W, channels last, float
 * @param labels N, class indices
 */
public record ImageTensors(Tensor images, Tensor labels) implements AutoCloseable {

    /** Copies a batch; the tensors belong to the caller's scope. */
    public static ImageTensors of(Batch batch, Precision precision) {
        Tensor pixels = LibTorch.zeros(
                ScalarType.Float,
                batch.size(),
                batch.shape().height(),
                batch.shape().width(),
                batch.shape().channels());
        pixels.data_ptr_float().put(batch.pixels());
        Tensor images = LibTorch.cast(pixels, precision.compute()).permute(0, 3, 1, 2);
        return new ImageTensors(images, Tensor.create(batch.labels()));
    }

    /** All batches of a set, to be kept: the caller closes them. */
    public static List<ImageTensors> all(EvaluationBatches batches, Precision precision) {
        List<ImageTensors> all = new ArrayList<>();
        for (int i = 0; i < batches.count(); i++) {
            try (PointerScope scope = new PointerScope()) {
                ImageTensors one = of(batches.at(i), precision);
                all.add(new ImageTensors(PointerScopes.own(one.images), PointerScopes.own(one.labels)));
            }
        }
        return all;
    }

    public long size() {
        return labels.numel();
    }

    /** Images {@code from} to {@code to}, exclusive, as views. */
    public ImageTensors range(long from, long to) {
        return new ImageTensors(images.narrow(0, from, to - from), labels.narrow(0, from, to - from));
    }

    @Override
    public void close() {
        images.close();
        labels.close();
    }
}
