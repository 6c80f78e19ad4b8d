package kshot.app.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import kshot.common.InvalidInputException;
import kshot.run.settings.SettingsTree;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how something is trained: a preset, and what is laid over it. */
final class SettingsOptions {
    private static final String DEFAULT_PRESET = "quick";

    @Option(names = "--data", paramLabel = "D", description = "Images: 'sample' (bundled), or a folder or file.")
    private @Nullable String data;

    @Option(names = "--space", paramLabel = "S", description = "A shipped search space, or a YAML file.")
    private @Nullable String space;

    @Option(names = "--image-size", paramLabel = "N", description = "Height and width of images, in pixels.")
    private @Nullable Integer imageSize;

    @Option(
            names = "--preset",
            paramLabel = "P",
            description = "smoke (half a minute), quick (minutes), standard (an hour), paper. Default: quick.")
    private @Nullable String preset;

    @Option(names = "--config", paramLabel = "FILE", description = "A YAML file of settings, over the preset.")
    private @Nullable Path config;

    @Option(
            names = "--predictors",
            paramLabel = "LIST",
            completionCandidates = PredictorNames.class,
            description = "What scores architectures, with commas between: ${COMPLETION-CANDIDATES}. Of several their"
                    + " aggregate decides.")
    private @Nullable String predictors;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "One setting, for example supernet.epochs=30.")
    private List<String> set = List.of();

    /** Whether the user named a preset. */
    boolean hasPreset() {
        return preset != null;
    }

    /**
     * The preset with everything laid over it. What a preset says may depend on the space, and so on what the user said: that
     * has to be laid over it twice.
     *
     * @param more lays over settings what other options say
     */
    SettingsTree settings(UnaryOperator<SettingsTree> more) {
        String ofPreset = preset == null ? DEFAULT_PRESET : preset;
        String name = more.apply(over(SettingsTree.preset(ofPreset, ""))).text("space.name");
        return more.apply(over(SettingsTree.preset(ofPreset, name == null ? "" : name)));
    }

    /** Lays over other settings the file, then single settings, then options. */
    SettingsTree over(SettingsTree settings) {
        if (config != null) {
            settings.overlay(config);
        }
        for (String one : set) {
            int equals = one.indexOf('=');
            InvalidInputException.require(equals > 0, "--set", "'" + one + "'", "NAME=VALUE");
            settings.set(
                    one.substring(0, equals).strip(), one.substring(equals + 1).strip());
        }
        settings.setText("search.score", predictors);
        settings.setText("data.source", data);
        settings.setText("space.name", space);
        settings.setIfPresent("data.image_size", imageSize);
        return settings;
    }
}
