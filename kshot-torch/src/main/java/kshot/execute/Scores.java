package kshot.execute;

import kshot.tensor.ImageTensors;
import kshot.tensor.LibTorch;
import org.bytedeco.pytorch.Tensor;

/**
 * The class scores of a batch. They live in the scope of the pass's caller.
 *
 * @param values N×classes, in the type of stored weights
 */
public record Scores(Tensor values) {

    /** Returns the scores, image after image. */
    public float[] toFloats() {
        return LibTorch.toFloats(values);
    }

    /** Counts what they say of the images that they belong to. */
    public CountTensor count(ImageTensors images) {
        return CountTensor.of(values, images.labels());
    }
}
