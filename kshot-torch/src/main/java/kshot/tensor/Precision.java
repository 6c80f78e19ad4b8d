package kshot.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The numbers in which networks are run. Weights are kept, merged and updated in float32, or in float64 for checks. */
public enum Precision {
    /** Everything in float64: for comparing with finite differences. */
    FLOAT64(ScalarType.Double, ScalarType.Double),
    /** Everything in float32. */
    FLOAT32(ScalarType.Float, ScalarType.Float),
    /**
     * Convolutions and activations in bfloat16; weights, their update, the statistics and factors of batch
     * normalisation, the classifier and the loss in float32.
     */
    BFLOAT16(ScalarType.Float, ScalarType.BFloat16);

    static {
        LibTorch.load();
    }

    private final ScalarType storage;
    private final ScalarType features;

    Precision(ScalarType storage, ScalarType features) {
        this.storage = storage;
        this.features = features;
    }

    /** Returns the precision in which this processor trains fastest: bfloat16 where it has instructions for it. */
    public static Precision fastest() {
        return fastest(Device.PROCESSOR);
    }

    /** Returns the precision in which a device trains fastest: bfloat16 where it has instructions for it. */
    public static Precision fastest(Device device) {
        boolean fast = device.isCard() ? GraphicsCard.allHaveFastBfloat16() : LibTorch.hasFastBfloat16();
        return fast ? BFLOAT16 : FLOAT32;
    }

    /** Returns the type of stored weights. */
    public ScalarType storage() {
        return storage;
    }

    /** Returns the type of features and of the kernels of convolutions. */
    public ScalarType features() {
        return features;
    }
}
