package kshot.run.settings;

import java.util.Map;
import kshot.common.Preset;
import kshot.data.ClassBalance;
import kshot.data.distortion.Distortion;
import kshot.data.load.DataOptions;
import kshot.run.settings.Settings.Checkpoint;
import kshot.run.settings.Settings.Compare;
import kshot.run.settings.Settings.Data;
import kshot.run.settings.Settings.Export;
import kshot.run.settings.Settings.LimitSettings;
import kshot.run.settings.Settings.Space;
import kshot.search.SearchSettings;
import kshot.space.shipped.Spaces;
import kshot.train.RetrainSettings;
import kshot.train.SupernetSettings;
import org.jspecify.annotations.Nullable;

/** The presets of a run. Those of the trainings and the search are their records' own. */
final class Presets {
    /** Settings that a preset leaves open, with the words that stand for what is found or for no limit. */
    static final Map<String, Map<String, String>> OPEN = Map.of(
            "supernet", Map.of("precision", SettingsTree.AUTO),
            "retrain", Map.of("precision", SettingsTree.AUTO),
            "predictors", Map.of("image_size", SettingsTree.AUTO),
            "limits",
                    Map.of(
                            "max_flops", SettingsTree.AUTO,
                            "max_params", SettingsTree.NONE,
                            "max_latency_ms", SettingsTree.NONE));

    private Presets() {}

    /**
     * Returns the settings of a preset.
     *
     * @param space name of the search space, for which a preset may say other things
     */
    static Settings settings(Preset preset, String space) {
        boolean nasBench201 = space.equals(Spaces.NAS_BENCH_201);
        return new Settings(
                1,
                0,
                SettingsTree.AUTO,
                true,
                data(preset, nasBench201),
                space(preset, nasBench201),
                SupernetSettings.of(preset, space),
                new LimitSettings(null, null, null, 1, SettingsTree.NONE),
                SearchSettings.of(preset, space),
                PredictorSettings.of(preset, space),
                FinalistSettings.of(preset, space),
                RetrainSettings.of(preset, space),
                compare(preset, nasBench201),
                1,
                1,
                new Export(Export.WhichWeights.LAST, true, false, false, 0.01),
                new Checkpoint(60));
    }

    private static Data data(Preset preset, boolean nasBench201) {
        return switch (preset) {
            case SMOKE -> data(16, 0.2, 256, 256, 0);
            case QUICK -> nasBench201 ? data(null, 0.2, 2048, 1024, 4000) : data(null, 0.2, 512, 512, 4000);
            case STANDARD -> nasBench201 ? data(null, 0.5, 256, 256, 4000) : data(null, 0.2, 5000, 1024, 4000);
            case PAPER -> data(null, nasBench201 ? 0.5 : 0.2, 0, 2048, 0);
        };
    }

    private static Data data(
            @Nullable Integer imageSize,
            double validationFraction,
            int validationImages,
            int validationBatch,
            int minEpochImages) {
        DataOptions usual = DataOptions.defaults();
        return new Data(
                "sample",
                imageSize,
                usual.color(),
                true,
                Distortion.NONE,
                0,
                ClassBalance.AUTO,
                usual.unreadable(),
                usual.duplicates(),
                usual.testFraction(),
                validationFraction,
                validationImages,
                validationBatch,
                minEpochImages);
    }

    private static Space space(Preset preset, boolean nasBench201) {
        boolean smallerSupernets = nasBench201 && preset != Preset.PAPER;
        return new Space(
                Spaces.DEFAULT,
                smallerSupernets ? 1 : null,
                nasBench201 && preset == Preset.SMOKE ? 8 : null,
                smallerSupernets ? 8 : null,
                !nasBench201 || preset != Preset.PAPER);
    }

    private static Compare compare(Preset preset, boolean nasBench201) {
        return switch (preset) {
            case SMOKE -> Compare.NOTHING;
            case QUICK, STANDARD -> nasBench201 ? Compare.NOTHING : Compare.FLOPS_PICK;
            case PAPER -> Compare.FLOPS_PICK;
        };
    }
}
