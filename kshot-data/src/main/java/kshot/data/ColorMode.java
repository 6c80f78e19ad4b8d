package kshot.data;

/** In how many channels images are read. */
public enum ColorMode {
    /** Grey if every image of the data set is grey by its header, colour otherwise. */
    AUTO,
    /** One channel; colour images become their luma. */
    GREY,
    /** Three channels; grey images get three equal ones. */
    RGB
}
