package kshot.onednn;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Tiles of three taps that cover, along one axis of a convolution, all taps that meet the map. Symbols: a map of H pixels, k taps,
 * stride s, padding p, and o = ⌊(H + 2p − k) / s⌋ + 1 results; result h sees pixel sh + i − p through tap i.
 *
 * <p>A tile of taps t, t + 1 and t + 2 is a convolution of three taps without padding over the padded map, in which pixel 0 of
 * the map is at {@link #margin}, from its pixel t − {@link #first} on.
 *
 * @param first tap that is covered
 * @param count of taps that are covered, at least 3; the others see no pixel
 * @param margin zeros before the map
 * @param padded pixels of the padded map
 * @param copied pixels of the map that it holds: with a stride the last may be seen by nobody
 * @param results of three taps with the same stride over the padded map, at least o
 */
record TapTiles(int first, int count, int margin, int padded, int copied, int results) {
    /** Taps of a tile. */
    static final int SIZE = 3;

    /** Of a map of some pixels; the kernel has at least three taps. */
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

    /** Where the tiles begin, relative to the first tap; the last may overlap the one before. */
    List<Integer> starts() {
        return IntStream.iterate(0, start -> start < count, start -> start + SIZE)
                .mapToObj(start -> Math.min(start, count - SIZE))
                .toList();
    }
}
