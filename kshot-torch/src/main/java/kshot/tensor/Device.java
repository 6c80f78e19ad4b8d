package kshot.tensor;

import kshot.common.InvalidInputException;

/**
 * A device that holds tensors and computes with them.
 *
 * @param name as libtorch writes it
 */
public record Device(String name) {
    /** The processor of this machine; the only device that can be chosen so far. */
    public static final Device PROCESSOR = new Device("cpu");

    /** Shapes without numbers: tests run on it, because there any tensor that was made on another device is an error. */
    public static final Device SHAPES = new Device("meta");

    public Device {
        InvalidInputException.require(name.equals("cpu") || name.equals("meta"), "device", name, "cpu");
    }

    /** Returns whether tensors live in the memory of the processor. */
    public boolean isProcessor() {
        return equals(PROCESSOR);
    }
}
