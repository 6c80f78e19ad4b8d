package kshot.onnx;

/**
 * The range of the numbers of a value of a model over some images.
 *
 * @param least finite
 * @param largest finite, at least {@code least}
 */
record ValueRange(float least, float largest) {
    ValueRange {
        if (!Float.isFinite(least) || !Float.isFinite(largest) || least > largest) {
            throw new IllegalArgumentException("no range: " + least + " to " + largest);
        }
    }

    /** Returns the range of some numbers, at least one. */
    static ValueRange of(float[] numbers) {
        float least = numbers[0];
        float largest = numbers[0];
        for (float number : numbers) {
            least = Math.min(least, number);
            largest = Math.max(largest, number);
        }
        return new ValueRange(least, largest);
    }

    /** Returns the least range that holds this one and another. */
    ValueRange and(ValueRange other) {
        return new ValueRange(Math.min(least, other.least), Math.max(largest, other.largest));
    }
}
