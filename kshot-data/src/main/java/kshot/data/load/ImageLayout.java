package kshot.data.load;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import kshot.data.Augmentation;
import kshot.data.image.Pixels;
import kshot.network.FeatureShape;
import org.jspecify.annotations.Nullable;

/**
 * The shape in which all images of a data set are stored, and that of the network's input.
 *
 * <ul>
 *   <li>Images of one size from 16 to 64 pixels stay as they are, or, if they are square, are resized to the size that
 *       is asked for.
 *   <li>Others are photos: the largest square in their middle is stored in 8/7 of the input's size, which leaves room
 *       for crops as 256 does for 224.
 * </ul>
 *
 * @param input the shape of a network's input
 * @param stored the shape of the stored images, at least as large
 */
record ImageLayout(FeatureShape input, FeatureShape stored) {
    /**
     * Chooses the layout of a data set.
     *
     * @param shapes the shapes of all images; null for an image that cannot be read
     */
    static ImageLayout of(@Nullable FeatureShape[] shapes, DataOptions options) {
        List<FeatureShape> distinct = Arrays.stream(shapes)
                .filter(Objects::nonNull)
                .map(shape -> Objects.requireNonNull(shape))
                .distinct()
                .toList();
        boolean grey = switch (options.color()) {
            case AUTO -> distinct.stream().allMatch(shape -> shape.channels() == 1);
            case GREY -> true;
            case RGB -> false;
        };
        int channels = grey ? 1 : 3;
        List<FeatureShape> sizes = distinct.stream()
                .map(shape -> shape.withChannels(channels))
                .distinct()
                .toList();
        FeatureShape first = sizes.get(0);
        boolean small = sizes.size() == 1
                && Math.min(first.height(), first.width()) >= DataOptions.SMALLEST_OWN_SIZE
                && Math.max(first.height(), first.width()) <= DataOptions.LARGEST_OWN_SIZE;
        Integer asked = options.imageSize();
        if (small && asked == null) {
            return new ImageLayout(first, first);
        }
        int size = asked == null ? DataOptions.USUAL_SIZE : asked;
        FeatureShape input = new FeatureShape(channels, size, size);
        boolean plain = small && first.height() == first.width();
        int side = plain ? size : (int) Math.round(size * 8 / 7.0);
        return new ImageLayout(input, new FeatureShape(channels, side, side));
    }

    /** Returns whether the stored images are larger than the input. */
    boolean isPhoto() {
        return !stored.equals(input);
    }

    /** Returns an image converted to the stored shape. */
    Pixels convert(Pixels image) {
        Pixels coloured = image.withChannels(stored.channels());
        return isPhoto() ? coloured.centreSquare(stored.height()) : coloured.resized(stored.height(), stored.width());
    }

    /**
     * Returns the augmentation that suits this layout: crops over a border for small images, crops of random size for
     * photos.
     */
    Augmentation suggested(boolean mirrorable) {
        return isPhoto()
                ? new Augmentation.RandomResizedCrop(SMALLEST_CROP, 1, mirrorable)
                : new Augmentation.CropFlip(Math.round(Math.min(input.height(), input.width()) / 8f), mirrorable);
    }

    /**
     * The smallest crop of a photo, as a fraction of its area. The 0.08 of ImageNet training needs its hundreds of
     * epochs.
     */
    private static final double SMALLEST_CROP = 0.35;
}
