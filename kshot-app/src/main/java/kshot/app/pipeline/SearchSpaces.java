package kshot.app.pipeline;

import kshot.app.config.SettingsTree;
import kshot.common.InvalidInputException;
import kshot.data.Dataset;
import kshot.network.FeatureShape;
import kshot.space.NasBench201;
import kshot.space.SearchSpace;
import kshot.space.Spaces;
import org.jspecify.annotations.Nullable;

/**
 * The search space of a run, twice.
 *
 * @param target of the networks that are counted, retrained and exported
 * @param supernet of the networks that the supernets train: the same decisions, perhaps fewer cells, channels or pixels
 */
record SearchSpaces(SearchSpace target, SearchSpace supernet) {

    static SearchSpaces of(SettingsTree settings, Dataset dataset) {
        FeatureShape images = dataset.inputShape();
        int classes = dataset.train().classes().size();
        SearchSpace target = Spaces.named(text(settings, "space.name")).adapt(images, classes);
        Integer cells = number(settings, "space.supernet_cells");
        Integer channels = number(settings, "space.supernet_channels");
        Integer size = number(settings, "space.supernet_image_size");
        SearchSpace supernet = target;
        if (cells != null || channels != null) {
            if (!(target instanceof NasBench201 benchmark)) {
                throw InvalidInputException.of(
                        "space.supernet_cells and space.supernet_channels",
                        cells + " and " + channels,
                        "null for a space other than nas-bench-201");
            }
            supernet = benchmark.withSkeleton(
                    channels == null ? benchmark.channels() : channels, cells == null ? benchmark.cells() : cells);
        }
        if (size != null) {
            supernet = supernet.adapt(new FeatureShape(images.channels(), size, size), classes);
        }
        return new SearchSpaces(target, supernet);
    }

    private static String text(SettingsTree settings, String path) {
        String text = settings.text(path);
        return text == null ? Spaces.DEFAULT : text;
    }

    static @Nullable Integer number(SettingsTree settings, String path) {
        String text = settings.text(path);
        if (text == null) {
            return null;
        }
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw InvalidInputException.of(path, text, "an integer, or null");
        }
    }
}
