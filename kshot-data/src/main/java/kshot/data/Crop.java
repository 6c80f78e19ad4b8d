package kshot.data;

import kshot.network.FeatureShape;

/**
 * A rectangle of a stored image that a network sees, mirrored or not. If it is not of the network's size, it is resized
 * to that size. Pixels outside of the image are 0 (black).
 *
 * @param top first row; may be negative
 * @param left first column; may be negative
 * @param height at least 1
 * @param width at least 1
 * @param mirrored whether left and right are exchanged
 */
public record Crop(int top, int left, int height, int width, boolean mirrored) {
    /**
     * Returns the crop of the network's size in the middle of the image. Where the middle is not exact, it is half a
     * pixel further up or left.
     */
    public static Crop centre(FeatureShape stored, FeatureShape input) {
        return new Crop(
                Math.floorDiv(stored.height() - input.height(), 2),
                Math.floorDiv(stored.width() - input.width(), 2),
                input.height(),
                input.width(),
                false);
    }

    boolean hasSizeOf(FeatureShape shape) {
        return height == shape.height() && width == shape.width();
    }
}
