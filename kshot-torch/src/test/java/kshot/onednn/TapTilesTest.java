package kshot.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TapTilesTest {
    /** Every tap that sees a pixel of the map, for all small convolutions, sees the same ones through a tile that covers it. */
    @Test
    void tilesSeeWhatTapsSee() {
        for (int kernel = 3; kernel <= 9; kernel++) {
            for (int stride = 1; stride <= 3; stride++) {
                for (int padding = 0; padding < kernel; padding++) {
                    for (int pixels = Math.max(1, kernel - 2 * padding); pixels <= 12; pixels++) {
                        check(kernel, stride, padding, pixels);
                    }
                }
            }
        }
    }

    private static void check(int kernel, int stride, int padding, int pixels) {
        TapTiles tiles = TapTiles.of(kernel, stride, padding, pixels);
        String what = "kernel " + kernel + ", stride " + stride + ", padding " + padding + ", " + pixels + " pixels: "
                + tiles;
        int outputs = (pixels + 2 * padding - kernel) / stride + 1;
        assertThat(tiles.results()).as(what).isGreaterThanOrEqualTo(outputs);
        assertThat(tiles.first()).as(what).isNotNegative();
        assertThat(tiles.first() + tiles.count()).as(what).isLessThanOrEqualTo(kernel);
        for (int tap = 0; tap < kernel; tap++) {
            for (int result = 0; result < outputs; result++) {
                int pixel = stride * result + tap - padding;
                boolean seen = pixel >= 0 && pixel < pixels;
                int relative = tap - tiles.first();
                int tileOf = relative;
                boolean covered =
                        tiles.starts().stream().anyMatch(start -> tileOf >= start && tileOf < start + TapTiles.SIZE);
                assertThat(covered || !seen).as(what).isTrue();
                if (covered) {
                    int inPadded = stride * result + relative;
                    assertThat(inPadded).as(what).isBetween(0, tiles.padded() - 1);
                    int copied = inPadded - tiles.margin();
                    assertThat(copied >= 0 && copied < tiles.copied() ? copied : -1)
                            .as(what)
                            .isEqualTo(seen ? pixel : -1);
                }
            }
        }
    }

    /** 5 taps over 8 pixels, by hand: tiles at 0 and 2, two zeros before, 12 pixels, and 10 results for the 8. */
    @Test
    void fiveTaps() {
        TapTiles tiles = TapTiles.of(5, 1, 2, 8);
        assertThat(tiles).isEqualTo(new TapTiles(0, 5, 2, 12, 8, 10));
        assertThat(tiles.starts()).containsExactly(0, 2);
    }

    /** Of 5 taps over 2 pixels the first and the last see none: one tile is enough. */
    @Test
    void tapsThatSeeNothing() {
        TapTiles tiles = TapTiles.of(5, 1, 2, 2);
        assertThat(tiles).isEqualTo(new TapTiles(1, 3, 1, 4, 2, 2));
        assertThat(tiles.starts()).containsExactly(0);
    }
}
