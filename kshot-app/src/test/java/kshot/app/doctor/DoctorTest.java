package kshot.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kshot.tensor.GraphicsCard;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private static final GraphicsCard CARD = new GraphicsCard("NVIDIA H200", 141L << 30, 9.0, "580.65.06");

    @Test
    void aMachineWithoutACardLacksNothing() {
        assertThat(Doctor.cards(List.of(), "this build of kshot has no CUDA"))
                .isEqualTo(Finding.of("graphics cards", "none that a driver lists"));
    }

    @Test
    void aCardThatCannotBeUsedIsNamedWithWhatIsMissing() {
        Finding finding = Doctor.cards(List.of(CARD), "libcudnn.so.9 is not found: install cuDNN 9");
        assertThat(finding.value()).isEqualTo("NVIDIA H200, 141 GiB, driver 580.65.06");
        assertThat(finding.advice()).isEqualTo("libcudnn.so.9 is not found: install cuDNN 9");
        assertThat(finding.fatal()).isFalse();
    }
}
