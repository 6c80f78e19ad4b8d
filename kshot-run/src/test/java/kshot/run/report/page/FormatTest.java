package kshot.run.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class FormatTest {
    @Test
    void numbersAsPeopleReadThem() {
        assertThat(Format.percent(0.91234)).isEqualTo("91.23%");
        assertThat(Format.percent(Double.NaN)).isEqualTo("–");
        assertThat(Format.plusMinus(0.00285)).isEqualTo("± 0.29");
        assertThat(Format.points(-0.011)).isEqualTo("−1.10");
        assertThat(Format.signed(-0.235)).isEqualTo("−0.24");
        assertThat(Format.millions(12_345_678)).isEqualTo("12.35");
        assertThat(Format.thousands(1_312_345)).isEqualTo("1,312.3");
        assertThat(Format.scientific(2.1e-6)).isEqualTo("2.1e-06");
        assertThat(Format.digits("15625")).isEqualTo("15,625");
        assertThat(Format.digits("147" + "0".repeat(37))).isEqualTo("1.4 × 10^39");
    }

    @Test
    void magnitudesHaveThreeDigits() {
        assertThat(Format.magnitude(0)).isEqualTo("0");
        assertThat(Format.magnitude(999)).isEqualTo("999");
        assertThat(Format.magnitude(1_000)).isEqualTo("1.00 k");
        assertThat(Format.magnitude(99_960)).isEqualTo("100 k");
        assertThat(Format.magnitude(999_700)).isEqualTo("1.00 M");
        assertThat(Format.magnitude(12_340_000)).isEqualTo("12.3 M");
        assertThat(Format.bytes(512)).isEqualTo("512 B");
        assertThat(Format.bytes(1_043_217)).isEqualTo("1.04 MB");
    }

    @Test
    void durationsInTheUnitThatFits() {
        assertThat(Format.duration(1.44)).isEqualTo("1.4 s");
        assertThat(Format.duration(59.4)).isEqualTo("59 s");
        assertThat(Format.duration(751.2)).isEqualTo("12 min 31 s");
        assertThat(Format.duration(3_725)).isEqualTo("1 h 02 min");
    }

    @Test
    void theLocaleOfTheMachineHasNoSay() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(Format.percent(0.91234)).isEqualTo("91.23%");
        } finally {
            Locale.setDefault(before);
        }
    }
}
