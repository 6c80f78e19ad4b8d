package kshot.train;

/** The reaction to a training that diverges. */
public enum OnDivergence {
    /** Stop with an error. */
    STOP,
    /** Step back to the last checkpoint, and go on with half the learning rate. */
    HALVE_RATE
}
