package kshot.data;

/**
 * Two disjoint parts of an {@link ImageSet}.
 *
 * @param first the images that are left
 * @param second the images that were split off
 */
public record Split(ImageSet first, ImageSet second) {}
