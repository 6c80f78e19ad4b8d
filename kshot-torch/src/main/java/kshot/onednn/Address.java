package kshot.onednn;

import org.bytedeco.javacpp.Pointer;

/**
 * A bare address as an argument of a native function. The memory behind it belongs to its owner, not to this object.
 */
public final class Address extends Pointer {
    /** Creates an object without an address. */
    public Address() {}

    /** Sets the address and returns this object. */
    public Address of(long where) {
        address = where;
        return this;
    }
}
