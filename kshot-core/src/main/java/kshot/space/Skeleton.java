package kshot.space;

import kshot.common.Range;

/**
 * The size of the networks of a space of repeated cells: what an architecture does not decide.
 *
 * @param channels of the first stage
 * @param cells of a stage
 */
public record Skeleton(int channels, int cells) {
    public Skeleton {
        Range.atLeast(1).require("channels", channels);
        Range.atLeast(1).require("cells", cells);
    }
}
