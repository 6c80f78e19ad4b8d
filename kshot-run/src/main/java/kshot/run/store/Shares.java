package kshot.run.store;

/** The check that the records of this package have in common. */
final class Shares {
    private Shares() {}

    static void requireShareOrNaN(String name, double value) {
        if (value < 0 || value > 1) {
            throw new IllegalArgumentException(name + " is a share in [0, 1], not " + value);
        }
    }
}
