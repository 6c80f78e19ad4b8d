package kshot.data.distortion;

import kshot.network.FeatureShape;

/**
 * An affine map from the places of a distorted image to those of the original, both relative to the centre:
 * {@code x' = xx·x + xy·y + moveX}, {@code y' = yx·x + yy·y + moveY}, in pixels.
 */
record Affine(double xx, double xy, double yx, double yy, double moveX, double moveY) {

    /** Returns the distorted image, each value interpolated between four of the original. Beyond its borders that is black. */
    byte[] resample(byte[] image, FeatureShape shape) {
        byte[] result = new byte[image.length];
        double centreX = (shape.width() - 1) / 2.0;
        double centreY = (shape.height() - 1) / 2.0;
        int channels = shape.channels();
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                double fromX = xx * (x - centreX) + xy * (y - centreY) + moveX + centreX;
                double fromY = yx * (x - centreX) + yy * (y - centreY) + moveY + centreY;
                int left = (int) Math.floor(fromX);
                int top = (int) Math.floor(fromY);
                double right = fromX - left;
                double down = fromY - top;
                for (int c = 0; c < channels; c++) {
                    double above = (1 - right) * value(image, shape, left, top, c)
                            + right * value(image, shape, left + 1, top, c);
                    double below = (1 - right) * value(image, shape, left, top + 1, c)
                            + right * value(image, shape, left + 1, top + 1, c);
                    result[(y * shape.width() + x) * channels + c] =
                            (byte) Math.round((1 - down) * above + down * below);
                }
            }
        }
        return result;
    }

    private static int value(byte[] image, FeatureShape shape, int x, int y, int channel) {
        if (x < 0 || x >= shape.width() || y < 0 || y >= shape.height()) {
            return 0;
        }
        return image[(y * shape.width() + x) * shape.channels() + channel] & 0xFF;
    }
}
