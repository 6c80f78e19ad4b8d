package kshot.data.distortion;

import kshot.network.FeatureShape;

/**
 * The operations of TrivialAugment, with the ranges of its smaller space (Müller and Hutter 2021, doi:10.1109/ICCV48922.2021.00081,
 * table 6). Pixels that come from beyond the image are black.
 */
enum Operation {
    /** The image as it is. */
    IDENTITY {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            return image;
        }
    },
    /** A shear along the rows. */
    SHEAR_X {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            return new Affine(1, SHEAR * strength, 0, 1, 0, 0).resample(image, shape);
        }
    },
    /** A shear along the columns. */
    SHEAR_Y {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            return new Affine(1, 0, SHEAR * strength, 1, 0, 0).resample(image, shape);
        }
    },
    /** A move along the rows. */
    TRANSLATE_X {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            return new Affine(1, 0, 0, 1, Math.rint(TRANSLATION * strength * shape.width()), 0).resample(image, shape);
        }
    },
    /** A move along the columns. */
    TRANSLATE_Y {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            return new Affine(1, 0, 0, 1, 0, Math.rint(TRANSLATION * strength * shape.height())).resample(image, shape);
        }
    },
    /** A turn about the centre. */
    ROTATE {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            double angle = Math.toRadians(DEGREES * strength);
            return new Affine(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0)
                    .resample(image, shape);
        }
    },
    /** Values nearer to black, or farther from it. */
    BRIGHTNESS {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            return Tones.mapped(image, value -> value * (1 + ENHANCEMENT * strength));
        }
    },
    /** Values nearer to the mean brightness of the image, or farther from it. */
    CONTRAST {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            double mean = Tones.meanBrightness(image, shape);
            return Tones.mapped(image, value -> mean + (value - mean) * (1 + ENHANCEMENT * strength));
        }
    },
    /** Colours nearer to grey, or farther from it; a grey image stays. */
    COLOR {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            return Tones.saturated(image, shape, 1 + ENHANCEMENT * strength);
        }
    },
    /** Edges that are softer, or sharper. */
    SHARPNESS {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            return Tones.sharpened(image, shape, 1 + ENHANCEMENT * strength);
        }
    },
    /** Fewer bits for each value: 8 to 4. */
    POSTERIZE {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            int dropped = (int) Math.rint(DROPPED_BITS * Math.abs(strength));
            return Tones.mapped(image, value -> (int) value >> dropped << dropped);
        }
    },
    /** Values from a bound on inverted. */
    SOLARIZE {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            double bound = 256 * (1 - Math.abs(strength));
            return Tones.mapped(image, value -> value < bound ? value : 255 - value);
        }
    },
    /** The values of each channel stretched to the whole range. */
    AUTO_CONTRAST {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            return Tones.stretched(image, shape.channels());
        }
    },
    /** The values of each channel spread so that each part of the range is equally frequent. */
    EQUALIZE {
        @Override
        byte[] apply(byte[] image, FeatureShape shape, double strength) {
            return Tones.equalized(image, shape.channels());
        }
    };

    private static final double SHEAR = 0.3;
    private static final double TRANSLATION = 10.0 / 32;
    private static final double DEGREES = 30;
    private static final double ENHANCEMENT = 0.9;
    private static final int DROPPED_BITS = 4;

    /**
     * Returns the distorted image; the argument stays as it is.
     *
     * @param image height × width × channels
     * @param strength from -1 to 1; 0 for the image as it is, where the operation has a strength
     */
    abstract byte[] apply(byte[] image, FeatureShape shape, double strength);
}
