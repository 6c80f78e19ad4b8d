package kshot.onednn;

import org.bytedeco.javacpp.Pointer;

/** A bare address as an argument of a native: memory of someone else, who keeps it. */
public final class Address extends Pointer {
    /** Of nothing yet. */
    public Address() {}

    /** The same object, of another address. */
    public Address of(long where) {
        address = where;
        return this;
    }
}
