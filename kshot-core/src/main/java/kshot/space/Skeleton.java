package kshot.space;

import kshot.common.Range;

/**
 * The size of the networks of a space of repeated cells: what an architecture does not decide.
 *
 * @param channels of the first stage
 * @param cells of a stage
 * @param affine whether batch normalisations in cells have scales and shifts; recipes that train supernets may leave them out
 */
public record Skeleton(int channels, int cells, boolean affine) {
    public Skeleton {
        Range.atLeast(1).require("channels", channels);
        Range.atLeast(1).require("cells", cells);
    }

    /** A skeleton with scales and shifts everywhere. */
    public Skeleton(int channels, int cells) {
        this(channels, cells, true);
    }
}
