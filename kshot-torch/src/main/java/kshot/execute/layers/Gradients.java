package kshot.execute.layers;

/** Which gradients the backward pass of a pass computes. */
public enum Gradients {
    /** None: no backward pass follows. */
    NONE,
    /** The gradients of the weights. */
    OF_WEIGHTS,
    /** The gradients of the images, and none of the weights of convolutions and linear layers, which cost most of a backward pass. */
    OF_IMAGES
}
