package kshot.data.load;

/** A listener that is told how far the loading of a data set is. It is never called by two threads at once. */
@FunctionalInterface
public interface LoadProgress {
    /** The listener that ignores everything. */
    LoadProgress NONE = (stage, done, total) -> {};

    /**
     * Called when more images are done.
     *
     * @param stage the current work, for example "decoding images"
     * @param done the number of images done in this stage
     * @param total the number of images of this stage
     */
    void update(String stage, long done, long total);
}
