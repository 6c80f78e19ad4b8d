package kshot.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import kshot.common.InvalidInputException;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final SearchSpace SPACE = Spaces.named("nas-bench-macro");
    private static final Network NETWORK = SPACE.network(SPACE.parse("11111111"));

    /** 53,246,464 multiply-adds and 1,588,874 parameters, by the benchmark's own table. */
    @Test
    void aNetworkAtTheLimitIsAllowed() {
        assertThat(Cost.of(NETWORK).flops()).isEqualTo(53_246_464);
        assertThat(Limits.of(53_246_464, 1_588_874).allow(NETWORK)).isTrue();
        assertThat(Limits.of(53_246_463, 1_588_874).allow(NETWORK)).isFalse();
        assertThat(Limits.of(53_246_464, 1_588_873).allow(NETWORK)).isFalse();
    }

    @Test
    void onlyTheLimitOfFlopsIsReplaced() {
        Limits limits = Limits.of(1, 1_588_874);
        assertThat(limits.allow(NETWORK)).isFalse();
        assertThat(limits.withMaxFlops(53_246_464).allow(NETWORK)).isTrue();
        assertThat(limits.withMaxFlops(53_246_463).allow(NETWORK)).isFalse();
        assertThat(Limits.of(1, 1_588_873).withMaxFlops(53_246_464).allow(NETWORK))
                .isFalse();
    }

    @Test
    void aLimitOfZeroIsRefused() {
        assertThatThrownBy(() -> Limits.NONE.withMaxFlops(0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("maxFlops: 0");
    }

    @Test
    void otherNamesChangeNothingElse() {
        Limits limits = Limits.of(1, 1_588_874).renamed(name -> "limits." + name);
        assertThat(limits.all()).extracting(Limit::name).containsExactly("limits.maxFlops", "limits.maxParams");
        assertThat(limits.allow(NETWORK)).isFalse();
        assertThat(limits.withMaxFlops(53_246_464).allow(NETWORK)).isTrue();
        assertThat(limits.withMaxFlops(2).all()).extracting(Limit::name).startsWith("limits.maxFlops");
    }
}
