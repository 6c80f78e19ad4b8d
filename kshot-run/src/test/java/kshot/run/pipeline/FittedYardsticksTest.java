package kshot.run.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.run.latency.LatencyTables;
import kshot.run.store.RunMetadata.FittedYardstick;
import kshot.space.Limits;
import kshot.space.shipped.Yardstick;
import org.junit.jupiter.api.Test;

class FittedYardsticksTest {
    private static final FeatureShape PHOTO = new FeatureShape(3, 32, 32);

    private static FittedYardstick fit(Yardstick yardstick, Limits limits) {
        return FittedYardsticks.fit(yardstick, limits.renamed(name -> "limits." + name), PHOTO, 7);
    }

    @Test
    void theWidestInsideTheLimitsIsKept() {
        FittedYardstick fitted = fit(Yardstick.RESNET_8, Limits.of(5_000_000, Long.MAX_VALUE));
        assertThat(fitted.name()).isEqualTo("resnet8");
        assertThat(fitted.problem()).isNull();
        Network network = Yardstick.RESNET_8.network(Objects.requireNonNull(fitted.width()), PHOTO, 7);
        assertThat(Cost.of(network).flops()).isBetween(4_500_000L, 5_000_000L);
    }

    /**
     * By hand, for all four channels: the first convolution 4·27·32², the first block 2·4·36·32², the others of 4·36·16² twice
     * and a shortcut 4·4·16², and the same with 8²; the linear layer 4·7.
     */
    @Test
    void whatDoesNotFitSaysWhy() {
        long narrowest = 108 * 1024 + 2 * 144 * 1024 + (2 * 144 + 16) * (256 + 64) + 28;
        assertThat(fit(Yardstick.RESNET_8, Limits.of(narrowest - 1, Long.MAX_VALUE)))
                .isEqualTo(new FittedYardstick(
                        "resnet8",
                        null,
                        "even its narrowest network has " + narrowest + " FLOPs, and limits.maxFlops is "
                                + (narrowest - 1)));
        assertThat(fit(Yardstick.RESNET_8, Limits.of(narrowest, Long.MAX_VALUE)).width())
                .isNotNull();
    }

    /** Nothing runs in a nanosecond, and the narrowest network runs in a second. */
    @Test
    void latencyIsMeasuredOfTheWholeNetwork() {
        Network narrowest = Yardstick.MOBILENET_V2.narrowest(PHOTO, 7);
        assertThat(LatencyTables.measuredLimit(1e-6, 1).allows(narrowest)).isFalse();
        assertThat(LatencyTables.measuredLimit(1_000, 1).allows(narrowest)).isTrue();
        assertThat(fit(Yardstick.MOBILENET_V2, Limits.NONE.and(LatencyTables.measuredLimit(1e-6, 1)))
                        .problem())
                .contains("even its narrowest network has ", " ms, and limits.", "is 0.000001");
    }
}
