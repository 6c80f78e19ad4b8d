package kshot.train;

/** What to do where a training diverges. */
public enum OnDivergence {
    /** Stop with an error. */
    STOP,
    /** Step back to the last checkpoint, and go on with half the learning rate. */
    HALVE_RATE
}
