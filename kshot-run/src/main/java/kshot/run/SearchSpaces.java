package kshot.run;

import kshot.common.InvalidInputException;
import kshot.data.Dataset;
import kshot.network.FeatureShape;
import kshot.run.settings.Settings;
import kshot.run.settings.StandIn;
import kshot.space.SearchSpace;
import kshot.space.Skeleton;
import kshot.space.shipped.Spaces;

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
        StandIn ofSupernets =
                new StandIn(settings.supernetCells(), settings.supernetChannels(), settings.supernetImageSize());
        SearchSpace supernet = standIn(target, ofSupernets, "space.supernet_");
        return new SearchSpaces(target, settings.supernetAffine() ? supernet : withoutAffine(supernet));
    }

    private static SearchSpace withoutAffine(SearchSpace space) {
        return space.skeleton()
                .map(size -> space.withSkeleton(new Skeleton(size.channels(), size.cells(), false)))
                .orElseThrow(() -> InvalidInputException.of(
                        "space.supernet_affine", false, "true for a space other than nas-bench-201"));
    }

    /** Returns the space of the networks that stand in for the final ones. */
    public SearchSpace standIn(StandIn size) {
        return standIn(target, size, "");
    }

    /**
     * Returns the space of the networks that stand in for those of another.
     *
     * @param prefix what the names of the sizes begin with where they come from
     */
    static SearchSpace standIn(SearchSpace target, StandIn size, String prefix) {
        Integer cells = size.cells();
        Integer channels = size.channels();
        Integer imageSize = size.imageSize();
        SearchSpace space = target;
        if (cells != null || channels != null) {
            Skeleton skeleton = target.skeleton()
                    .orElseThrow(() -> InvalidInputException.of(
                            prefix + "cells and " + prefix + "channels",
                            cells + " and " + channels,
                            "null for a space other than nas-bench-201"));
            space = target.withSkeleton(new Skeleton(
                    channels == null ? skeleton.channels() : channels,
                    cells == null ? skeleton.cells() : cells,
                    skeleton.affine()));
        }
        return imageSize == null
                ? space
                : space.adapt(new FeatureShape(target.input().channels(), imageSize, imageSize), target.classes());
    }
}
