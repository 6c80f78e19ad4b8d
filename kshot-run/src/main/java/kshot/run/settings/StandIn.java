package kshot.run.settings;

import java.util.ArrayList;
import java.util.List;
import kshot.common.Range;
import kshot.data.load.DataOptions;
import org.jspecify.annotations.Nullable;

/**
 * The size of networks that stand in for the final ones because they train faster: the same decisions, with fewer cells,
 * channels or pixels. Null leaves what the final networks have.
 *
 * @param cells cells of a stage, in a space whose networks repeat cells
 * @param channels channels of the first stage, likewise
 * @param imageSize height and width of the images, in pixels
 */
public record StandIn(
        @Nullable Integer cells,
        @Nullable Integer channels,
        @Nullable Integer imageSize) {
    /** The final networks themselves. */
    public static final StandIn NONE = new StandIn(null, null, null);

    public StandIn {
        requireIfPresent(Range.atLeast(1), "cells", cells);
        requireIfPresent(Range.atLeast(1), "channels", channels);
        requireIfPresent(DataOptions.IMAGE_SIZES, "imageSize", imageSize);
    }

    private static void requireIfPresent(Range range, String name, @Nullable Integer value) {
        if (value != null) {
            range.require(name, value);
        }
    }

    /** Returns its size in words, for example {@code 1 cells, 16 pixels}; {@code full} for the final networks. */
    public String label() {
        List<String> parts = new ArrayList<>();
        add(parts, cells, "cells");
        add(parts, channels, "channels");
        add(parts, imageSize, "pixels");
        return parts.isEmpty() ? "full" : String.join(", ", parts);
    }

    private static void add(List<String> parts, @Nullable Integer value, String unit) {
        if (value != null) {
            parts.add(value + " " + unit);
        }
    }
}
