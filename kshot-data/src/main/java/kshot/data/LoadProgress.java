package kshot.data;

/** Told how far the loading of a data set is. Never called by two threads at once. */
@FunctionalInterface
public interface LoadProgress {
    /** Tells nobody. */
    LoadProgress NONE = (stage, done, total) -> {};

    /**
     * Some images more are done.
     *
     * @param stage what is being done, as "decoding images"
     * @param done images done in this stage
     * @param total images of this stage
     */
    void update(String stage, long done, long total);
}
