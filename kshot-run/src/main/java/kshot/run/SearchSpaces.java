package kshot.run;

import kshot.common.InvalidInputException;
import kshot.data.Dataset;
import kshot.network.FeatureShape;
import kshot.run.settings.Settings;
import kshot.space.SearchSpace;
import kshot.space.Skeleton;
import kshot.space.Spaces;

/**
 * The search space of a run, for the networks that are looked for and for those that the supernets train.
 *
 * @param target of the networks that are counted, retrained and exported
 * @param supernet of the networks that the supernets train: the same decisions, perhaps fewer cells, channels or pixels
 */
public record SearchSpaces(SearchSpace target, SearchSpace supernet) {

    static SearchSpaces of(Settings.Space settings, Dataset dataset) {
        FeatureShape images = dataset.inputShape();
        int classes = dataset.train().classes().size();
        SearchSpace target = Spaces.named(settings.name()).adapt(images, classes);
        Integer cells = settings.supernetCells();
        Integer channels = settings.supernetChannels();
        Integer size = settings.supernetImageSize();
        SearchSpace supernet = target;
        if (cells != null || channels != null) {
            Skeleton skeleton = target.skeleton()
                    .orElseThrow(() -> InvalidInputException.of(
                            "space.supernet_cells and space.supernet_channels",
                            cells + " and " + channels,
                            "null for a space other than nas-bench-201"));
            supernet = target.withSkeleton(
                    channels == null ? skeleton.channels() : channels, cells == null ? skeleton.cells() : cells);
        }
        if (size != null) {
            supernet = supernet.adapt(new FeatureShape(images.channels(), size, size), classes);
        }
        return new SearchSpaces(target, supernet);
    }
}
