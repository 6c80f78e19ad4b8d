package kshot.train;

/** What a training step or an evaluation is busy with, for those who measure it. */
public enum Phase {
    /** Mixing θ̃ from the supernets. */
    MERGE,
    /** Class scores; in training the loss, too. */
    FORWARD,
    /** ∂L/∂θ̃. */
    BACKWARD,
    /** What follows from ∂L/∂θ̃: clipping, and the update of the supernets or of the simplex-net. */
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
        /** For steps that nobody measures. */
        Listener NONE = phase -> {};

        /** From now on the step is in this phase. */
        void enter(Phase phase);
    }
}
