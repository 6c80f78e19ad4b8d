package kshot.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import kshot.classification.Calibration.Bin;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    @Test
    void comparesProbabilitiesWithWhatIsRight() {
        Calibration calibration = Calibration.of(List.of(0.5, 0.5625, 0.9375, 1.0), List.of(true, false, true, true));
        assertThat(calibration.bins()).containsExactly(new Bin(2, 0.53125, 0.5), new Bin(2, 0.96875, 1));
        // (2 · 0.03125 + 2 · 0.03125) / 4
        assertThat(calibration.expectedError()).isCloseTo(0.03125, within(1e-15));
    }
}
