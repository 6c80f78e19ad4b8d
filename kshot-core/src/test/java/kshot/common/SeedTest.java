package kshot.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedTest {
    private static final Seed SEED = new Seed(42);

    @Test
    void equalArgumentsGiveEqualStreams() {
        assertThat(SEED.generator("path", 812).longs(20).toArray())
                .isEqualTo(new Seed(42).generator("path", 812).longs(20).toArray());
        assertThat(SEED.derive("run", 1)).isEqualTo(new Seed(42).derive("run", 1));
    }

    @Test
    void everyArgumentMatters() {
        Set<Long> values = new HashSet<>();
        values.add(SEED.derive("path").value());
        values.add(SEED.derive("path", 0).value());
        values.add(SEED.derive("path", 1).value());
        values.add(SEED.derive("path", 0, 0).value());
        values.add(SEED.derive("path", 0, 1).value());
        values.add(SEED.derive("path", 1, 0).value());
        values.add(SEED.derive("crop", 0).value());
        values.add(SEED.derive("").value());
        values.add(new Seed(43).derive("path").value());
        assertThat(values).hasSize(9).doesNotContain(SEED.value());
    }

    /** Among 200,000 neighbouring places no two share a seed, and the mean of their first draws is that of a fair coin. */
    @Test
    void neighbouringPlacesAreUnrelated() {
        Set<Long> values = new HashSet<>();
        long heads = 0;
        for (int epoch = 0; epoch < 20; epoch++) {
            for (int image = 0; image < 10_000; image++) {
                values.add(SEED.derive("crop", epoch, image).value());
                heads += SEED.generator("crop", epoch, image).nextBoolean() ? 1 : 0;
            }
        }
        assertThat(values).hasSize(200_000);
        // Four standard deviations of a binomial, √(200,000)/2 = 224.
        assertThat(heads).isBetween(100_000L - 895, 100_000L + 895);
    }
}
