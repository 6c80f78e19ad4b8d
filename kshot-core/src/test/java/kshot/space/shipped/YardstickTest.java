package kshot.space.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import kshot.common.InvalidInputException;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.space.Limits;
import kshot.space.macro.MacroSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.EnumSource;

class YardstickTest {
    private static final FeatureShape GREY = new FeatureShape(1, 28, 28);

    private static Yardstick named(String label) {
        return Arrays.stream(Yardstick.values())
                .filter(y -> y.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    /** Counted by {@code yardsticks.py} beside the file, layer by layer. */
    @ParameterizedTest
    @CsvFileSource(resources = "yardsticks.csv", numLinesToSkip = 1)
    void costsWhatIsCountedByHand(
            String net, double width, int channels, int height, int widthPx, int classes, long flops, long params) {
        Network network = named(net).network(width, new FeatureShape(channels, height, widthPx), classes);
        assertThat(Cost.of(network)).isEqualTo(new Cost(params, flops, flops));
    }

    /**
     * Keras counts 78,666 parameters in ResNet-8 of MLPerf Tiny. Of these, 480 are running statistics of batch
     * normalisation, which are not learnt, and 336 are biases of convolutions, which we don't have: one for each of three
     * times 16, 32 and 64 channels. Its two shortcuts, of 32 and 64 channels, have no batch normalisation: ours have.
     */
    @Test
    void resNet8IsThatOfMlPerfTinyButForBiases() {
        Network network = Yardstick.RESNET_8.network(1, new FeatureShape(3, 32, 32), 10);
        assertThat(Cost.of(network).parameters()).isEqualTo(78_666 - 480 - 3 * (16 + 32 + 64) + 2 * (32 + 64));
    }

    /** One inside the limit, one hundredth more outside it. */
    @ParameterizedTest
    @EnumSource
    void theWidestIsTheLastInsideTheLimits(Yardstick yardstick) {
        for (Limits limits : List.of(
                Limits.of(4_300_000, Long.MAX_VALUE), Limits.of(Long.MAX_VALUE, 50_000), Limits.of(900_000, 900_000))) {
            double width = yardstick.widest(GREY, 10, limits::allow).orElseThrow();
            assertThat(limits.allow(yardstick.network(width, GREY, 10))).isTrue();
            assertThat(limits.allow(yardstick.network(width + 0.01, GREY, 10))).isFalse();
        }
    }

    /** The count of width 1.34, see {@code yardsticks.csv}. */
    @Test
    void aLimitThatIsTheCostOfAWidthHoldsThatWidth() {
        double width = Yardstick.MOBILENET_V2
                .widest(GREY, 10, Limits.of(4_252_322, Long.MAX_VALUE)::allow)
                .orElseThrow();
        assertThat(width).isGreaterThanOrEqualTo(1.34);
        assertThat(Cost.of(Yardstick.MOBILENET_V2.network(width, GREY, 10)).flops())
                .isEqualTo(4_252_322);
    }

    @Test
    void whatFitsNowhereIsLeftOut() {
        Limits limits = Limits.of(175_711, Long.MAX_VALUE); // one less than the narrowest MobileNetV2 has
        assertThat(Yardstick.MOBILENET_V2.widest(GREY, 10, limits::allow)).isEmpty();
        assertThat(Yardstick.MOBILENET_V2.widest(GREY, 10, Limits.of(175_712, Long.MAX_VALUE)::allow))
                .isPresent();
    }

    /** A network that is asked for may be measured, which must not take long: none is far beyond what is allowed. */
    @Test
    void noNetworkOfMoreThanTwiceTheWidthIsAskedFor() {
        List<Long> asked = new ArrayList<>();
        Yardstick.RESNET_8.widest(GREY, 10, network -> {
            asked.add(Cost.of(network).flops());
            return Cost.of(network).flops() <= 5_000_000;
        });
        double width = Yardstick.RESNET_8
                .widest(GREY, 10, Limits.of(5_000_000, Long.MAX_VALUE)::allow)
                .orElseThrow();
        long twice =
                Cost.of(Yardstick.RESNET_8.network(2 * width + 0.02, GREY, 10)).flops();
        assertThat(asked).allMatch(flops -> flops <= twice).hasSizeLessThan(20);
    }

    @Test
    void withoutALimitTheWidestIsTheLast() {
        assertThat(Yardstick.RESNET_8.widest(GREY, 10, network -> true)).isEqualTo(OptionalDouble.of(100));
    }

    @Test
    void theSpaceHasOneArchitectureWithoutChoices() {
        MacroSpace space = Yardstick.MOBILENET_V2.space(1.5);
        assertThat(space.name()).isEqualTo("mobilenetv2-x1.50");
        assertThat(space.decisions()).isEmpty();
        assertThat(space.format(space.last())).isEmpty();
    }

    @Test
    void aWidthIsMoreThanNothing() {
        assertThatThrownBy(() -> Yardstick.RESNET_8.space(0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("width: 0.0 is not allowed; allowed: more than 0, at most 100");
    }
}
