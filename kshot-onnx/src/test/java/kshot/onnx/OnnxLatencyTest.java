package kshot.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.space.Architecture;
import kshot.space.NasBench201;
import org.junit.jupiter.api.Test;

class OnnxLatencyTest {
    private static final byte[] MODEL = OnnxWriter.encode(
            new NasBench201(4, 1, new FeatureShape(3, 8, 8), 5).network(Architecture.of(3, 2, 3, 1, 4, 3)),
            new RandomWeights(new Seed(3)),
            OnnxOptions.defaults());

    /** 1 to 101 in some order: the percentile p is p + 1. */
    @Test
    void summarisesTimes() {
        double[] times = new double[101];
        for (int i = 0; i < times.length; i++) {
            times[i] = (i * 37) % 101 + 1;
        }
        assertThat(OnnxLatency.of(times)).isEqualTo(new OnnxLatency(51, 1, 91, 100));
    }

    @Test
    void interpolatesBetweenTwoTimes() {
        assertThat(OnnxLatency.of(new double[] {4, 2}).median()).isEqualTo(3);
        assertThat(OnnxLatency.of(new double[] {4})).isEqualTo(new OnnxLatency(4, 4, 4, 4));
    }

    @Test
    void measuresAModel() {
        OnnxLatency latency = OnnxLatency.measure(MODEL, 1, 2, 1, 5);
        assertThat(latency.minimum()).isPositive().isLessThanOrEqualTo(latency.median());
        assertThat(latency.p90()).isBetween(latency.median(), latency.p99());
    }

    @Test
    void refusesToMeasureNothing() {
        assertThatThrownBy(() -> OnnxLatency.measure(MODEL, 1, 1, 0, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("repeated runs: 0 is not allowed; allowed: at least 1");
        assertThatThrownBy(() -> OnnxLatency.measure(MODEL, 1, 0, 0, 1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> OnnxLatency.measure(MODEL, 1, 1, -1, 1)).isInstanceOf(InvalidInputException.class);
    }
}
