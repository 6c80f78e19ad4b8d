package kshot.data.load;

/** The number of colour channels in which images are read. */
public enum ColorMode {
    /** Grey if the header of every image of the data set says grey, colour otherwise. */
    AUTO,
    /** One channel; colour images become their luma. */
    GREY,
    /** Three channels; a grey image gets three equal ones. */
    RGB
}
