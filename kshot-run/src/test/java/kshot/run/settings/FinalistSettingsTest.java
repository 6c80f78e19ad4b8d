package kshot.run.settings;

import static org.assertj.core.api.Assertions.assertThat;

import kshot.common.Preset;
import kshot.search.SuccessiveHalving.Rung;
import org.junit.jupiter.api.Test;

class FinalistSettingsTest {
    private static final FinalistSettings NONE = FinalistSettings.of(Preset.QUICK, "small");

    @Test
    void copiesChangeWhatTheyName() {
        StandIn standIn = new StandIn(1, null, 16);
        FinalistSettings all = NONE.withCount(20)
                .withBatch(5)
                .withRungs(1, 4, 3)
                .withScore(FinalistSettings.Score.ACCURACY)
                .withImages(500)
                .withStandIn(standIn);
        assertThat(all).isEqualTo(new FinalistSettings(20, 5, 1, 4, 3, FinalistSettings.Score.ACCURACY, 500, standIn));
        assertThat(all.schedule(20)).containsExactly(new Rung(20, 1), new Rung(5, 4));
        assertThat(all.schedule(3)).as("in a space of three").containsExactly(new Rung(3, 1));
        assertThat(all.areWanted()).isTrue();
        assertThat(all.areGuided()).isTrue();
        assertThat(all.withBatch(0).areGuided()).isFalse();
        assertThat(NONE.areWanted()).isFalse();
        assertThat(standIn.label()).isEqualTo("1 cells, 16 pixels");
        assertThat(StandIn.NONE.label()).isEqualTo("full");
    }
}
