package kshot.run.store;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * An architecture trained from scratch and tested.
 *
 * @param arch the architecture in its space's text form
 * @param kinds why it was retrained; several where one architecture is, say, winner and FLOPs-only pick at once
 * @param flops multiply-adds of one image
 * @param params learnable numbers
 * @param searchAccuracy its accuracy under the supernets, in [0, 1]; NaN where the search did not evaluate it
 * @param testAccuracy share of the test images that was classified right, in [0, 1]
 * @param epochs passes over the training images
 * @param seconds time of the training
 */
public record Retrained(
        String arch,
        Set<Kind> kinds,
        long flops,
        long params,
        double searchAccuracy,
        double testAccuracy,
        double epochs,
        double seconds) {

    /** Why an architecture was retrained. */
    public enum Kind {
        /** What the search found. */
        WINNER("winner"),
        /** What one would pick by FLOPs alone. */
        FLOPS_PICK("flops-pick"),
        /** The largest architecture inside the limit. */
        LARGEST("largest"),
        /** Drawn at random inside the limit. */
        RANDOM("random");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** Its name in the table. */
        public String label() {
            return label;
        }

        static Kind of(String label) {
            return Arrays.stream(values())
                    .filter(kind -> kind.label.equals(label))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no kind of retraining: " + label));
        }
    }

    public Retrained {
        kinds = inOrder(kinds);
        Shares.requireShareOrNaN("search accuracy", searchAccuracy);
        Shares.requireShareOrNaN("test accuracy", testAccuracy);
    }

    /** Whether it was retrained for this reason. */
    public boolean is(Kind kind) {
        return kinds.contains(kind);
    }

    /** The same for further reasons. */
    public Retrained with(Set<Kind> more) {
        Set<Kind> all = EnumSet.copyOf(kinds);
        all.addAll(more);
        return new Retrained(arch, all, flops, params, searchAccuracy, testAccuracy, epochs, seconds);
    }

    private static Set<Kind> inOrder(Collection<Kind> kinds) {
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("a retrained architecture needs a kind");
        }
        return Collections.unmodifiableSet(EnumSet.copyOf(kinds));
    }
}
