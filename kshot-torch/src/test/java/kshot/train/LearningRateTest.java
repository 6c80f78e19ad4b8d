package kshot.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import kshot.common.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateTest {
    /** cos 0 = 1, cos π/3 = 1/2, cos π/2 = 0, cos 2π/3 = -1/2, cos π = -1. */
    @ParameterizedTest
    @CsvSource({"0, 0.9", "2, 0.7", "3, 0.5", "4, 0.3", "6, 0.1", "7, 0.1"})
    void cosine(double epoch, double rate) {
        assertThat(new LearningRate.Cosine(0.9, 0.1, 6).at(epoch)).isCloseTo(rate, within(1e-15));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0.2", "4.5, 0.9", "5, 1", "7.3, 1", "7.4, 0.5", "9.79, 0.5", "9.81, 0.25", "17.1, 0.03125"})
    void stepsCountFromTheEndOfTheWarmUp(double epoch, double rate) {
        assertThat(new LearningRate.WarmupSteps(1, 5, 0.5, 2.4).at(epoch)).isCloseTo(rate, within(1e-15));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "2, 0.35", "3, 0.375", "4, 0.3", "6, 0.1"})
    void warmUpMultipliesTheScheduleByTheShareThatIsOver(double epoch, double rate) {
        LearningRate cosine = new LearningRate.Cosine(0.9, 0.1, 6);
        assertThat(new LearningRate.Warmup(4, cosine).at(epoch)).isCloseTo(rate, within(1e-15));
    }

    @Test
    void noWarmUpIsAllowed() {
        assertThat(new LearningRate.WarmupSteps(1, 0, 0.5, 1).at(0)).isEqualTo(1);
        assertThat(new LearningRate.Warmup(0, new LearningRate.Cosine(1, 0, 1)).at(0))
                .isEqualTo(1);
    }

    @Test
    void wrongRatesAreRefused() {
        assertThatThrownBy(() -> new LearningRate.Cosine(0.1, 0.2, 6))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("final learning rate: 0.2 is not allowed; allowed: from 0 to the first one, 0.1");
        assertThatThrownBy(() -> new LearningRate.WarmupSteps(Double.NaN, 5, 0.97, 2.4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("NaN");
    }
}
