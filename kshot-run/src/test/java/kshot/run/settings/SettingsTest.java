package kshot.run.settings;

import static org.assertj.core.api.Assertions.assertThat;

import kshot.space.Limit;
import org.junit.jupiter.api.Test;

class SettingsTest {
    /** Where no architecture is inside, the search names the limits: as the user set them. */
    @Test
    void limitsHaveTheNamesOfTheirSettings() {
        assertThat(new Settings.LimitSettings(600L, 100L, null, 1, SettingsTree.NONE)
                        .limits(null)
                        .all())
                .extracting(Limit::name)
                .containsExactly("limits.max_flops", "limits.max_params");
    }
}
