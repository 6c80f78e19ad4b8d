package kshot.train;

/** A phase of a training step or an evaluation, for those who measure it. */
public enum Phase {
    /** Mixing θ̃ from the supernets. */
    MERGE,
    /** Class scores; in training the loss, too. */
    FORWARD,
    /** ∂L/∂θ̃. */
    BACKWARD,
    /** The update by ∂L/∂θ̃: clipping, and the descent of the supernets or of the simplex-net. */
    OPTIMIZER,
    /** Passes of several architectures side by side, from merging to what is made of their results. */
    PASSES,
    /** All else: copying the images, the code, building the network, counting what was classified rightly. */
    OTHER;

    /**
     * Is told when one phase ends and the next begins; between steps it is {@link #OTHER}. What runs side by side tells the
     * phases of each pass, too, on its own thread.
     */
    @FunctionalInterface
    public interface Listener {
        /** A listener for steps that nobody measures. */
        Listener NONE = phase -> {};

        /** Begins a phase. */
        void enter(Phase phase);
    }
}
