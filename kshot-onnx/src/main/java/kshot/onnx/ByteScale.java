package kshot.onnx;

/**
 * The mapping of real numbers to unsigned bytes: {@code real = scale · (byte − zeroPoint)}. Zero is one of the real numbers that
 * it has exactly, so that padding stays padding.
 *
 * @param scale positive
 * @param zeroPoint the byte of zero, in [0, 255]
 */
record ByteScale(float scale, int zeroPoint) {
    private static final int LARGEST = 255;

    /**
     * Returns the mapping that covers a range and zero. Where the range does not go below zero, the largest real number is not above the
     * range: a runtime may then leave out the activation that cuts there.
     */
    static ByteScale of(ValueRange range) {
        float least = Math.min(0, range.least());
        float largest = Math.max(0, range.largest());
        if (least == largest) {
            return new ByteScale(1, 0);
        }
        float scale = Math.max((largest - least) / LARGEST, Float.MIN_NORMAL);
        while (least == 0 && scale * LARGEST > largest) {
            scale = Math.nextDown(scale);
        }
        return new ByteScale(scale, Math.round(-least / scale));
    }
}
