package kshot.onednn;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Tiles of three taps that together cover, along one axis of a convolution, all taps that lie inside the map for some
 * result. Symbols: a map of H pixels, k taps, stride s, padding p, and o = ⌊(H + 2p − k) / s⌋ + 1 results; for result
 * h, tap i lies on pixel sh + i − p.
 *
 * <p>A tile of taps t, t + 1 and t + 2 is a convolution of three taps without padding over the padded map, in which
 * pixel 0 of the map is at {@link #margin}, from its pixel t − {@link #first} on.
 *
 * @param first the first tap that is covered
 * @param count the number of taps that are covered, at least 3; the other taps lie on no pixel
 * @param margin the number of zeros before the map
 * @param padded the number of pixels of the padded map
 * @param copied the number of pixels of the map that are copied into it: with a stride the last ones may lie under no
 *     tap
 * @param results the number of results of three taps with the same stride over the padded map, at least o
 */
record TapTiles(int first, int count, int margin, int padded, int copied, int results) {
    /** The number of taps of a tile. */
    static final int SIZE = 3;

    /** Returns the tiles for a map of a number of pixels; the kernel has at least three taps. */
    static TapTiles of(int kernel, int stride, int padding, int pixels) {
        int outputs = (pixels + 2 * padding - kernel) / stride + 1;
        int seen = Math.max(0, padding - (outputs - 1) * stride);
        int last = Math.min(kernel - 1, pixels - 1 + padding);
        int first = Math.max(0, Math.min(seen, last + 1 - SIZE));
        int count = Math.max(SIZE, last + 1 - first);
        int margin = padding - first;
        int padded = (outputs - 1) * stride + count;
        int copied = Math.min(pixels, padded - margin);
        return new TapTiles(first, count, margin, padded, copied, (padded - SIZE) / stride + 1);
    }

    /** Returns the first taps of the tiles, relative to {@link #first}; the last tile may overlap the one before. */
    List<Integer> starts() {
        return IntStream.iterate(0, start -> start < count, start -> start + SIZE)
                .mapToObj(start -> Math.min(start, count - SIZE))
                .toList();
    }
}
