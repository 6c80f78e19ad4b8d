package kshot.data;

/**
 * Two disjoint parts of an {@link ImageSet}.
 *
 * @param first what is left
 * @param second what was split off
 */
public record Split(ImageSet first, ImageSet second) {}
