package kshot.data.load;

/** The treatment of training images that occur more than once. */
public enum DuplicatePolicy {
    /** They are counted, and stay. */
    KEEP,
    /** Training images that are also test images, or equal to one of another class, are left out. */
    DROP
}
