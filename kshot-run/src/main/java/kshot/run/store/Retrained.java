package kshot.run.store;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A network trained from scratch and tested, once for each of some seeds.
 *
 * @param space the search space of the architecture; that of the run, or a yardstick
 * @param arch the architecture in its space's text form; of a yardstick its name with its width
 * @param kinds why it was trained; several where one architecture is, say, winner and FLOPs-only pick at once
 * @param flops multiply-adds of one image
 * @param params learnable numbers
 * @param searchAccuracy its accuracy under the supernets, in [0, 1]; NaN where the search did not evaluate it
 * @param epochs passes of each training over the training images
 * @param trainings at least one, each with a seed of its own, in the order of the seeds
 */
public record Retrained(
        String space,
        String arch,
        Set<Kind> kinds,
        long flops,
        long params,
        double searchAccuracy,
        double epochs,
        List<Training> trainings) {

    /** Why a network was trained from scratch. */
    public enum Kind {
        /** The winner of the search. */
        WINNER("winner"),
        /** Another architecture of the search, which is exported as well. */
        CHOSEN("chosen"),
        /** The pick by FLOPs alone. */
        FLOPS_PICK("flops-pick"),
        /** The largest architecture inside the limit. */
        LARGEST("largest"),
        /** Drawn at random inside the limit. */
        RANDOM("random"),
        /** MobileNetV2, as wide as the limits allow. */
        MOBILENET_V2("mobilenetv2"),
        /** ResNet-8, as wide as the limits allow. */
        RESNET_8("resnet8");

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

    /**
     * One training and its test.
     *
     * @param repeat which one, from 1; those of one number began with the same seed
     * @param testAccuracy share of the test images that was classified right, in [0, 1]
     * @param seconds time of the training
     */
    public record Training(int repeat, double testAccuracy, double seconds) {
        public Training {
            if (repeat < 1) {
                throw new IllegalArgumentException("repeats are counted from 1, not " + repeat);
            }
            Shares.requireShareOrNaN("test accuracy", testAccuracy);
        }
    }

    public Retrained {
        kinds = inOrder(kinds);
        Shares.requireShareOrNaN("search accuracy", searchAccuracy);
        if (trainings.isEmpty()) {
            throw new IllegalArgumentException("a retrained architecture needs a training");
        }
        trainings = List.copyOf(trainings);
    }

    /** Whether it was trained for this reason. */
    public boolean is(Kind kind) {
        return kinds.contains(kind);
    }

    /** Whether there is a training of this number. */
    public boolean has(int repeat) {
        return trainings.stream().anyMatch(t -> t.repeat() == repeat);
    }

    /** The test accuracy of the first training: of the winner that of the network that is exported. */
    public double testAccuracy() {
        return trainings.get(0).testAccuracy();
    }

    /** The mean test accuracy of the trainings. */
    public double meanTestAccuracy() {
        return mean(Training::testAccuracy);
    }

    /** The mean time of a training. */
    public double seconds() {
        return mean(Training::seconds);
    }

    private double mean(ToDoubleFunction<Training> value) {
        return trainings.stream().mapToDouble(value).average().orElseThrow();
    }

    /** Returns a copy with further reasons. */
    public Retrained with(Set<Kind> more) {
        Set<Kind> all = EnumSet.copyOf(kinds);
        all.addAll(more);
        return new Retrained(space, arch, all, flops, params, searchAccuracy, epochs, trainings);
    }

    /** Returns a copy with further trainings, whose numbers are higher. */
    Retrained and(Retrained more) {
        List<Training> all =
                Stream.concat(trainings.stream(), more.trainings.stream()).toList();
        return new Retrained(space, arch, kinds, flops, params, searchAccuracy, epochs, all).with(more.kinds);
    }

    private static Set<Kind> inOrder(Collection<Kind> kinds) {
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("a retrained architecture needs a kind");
        }
        return Collections.unmodifiableSet(EnumSet.copyOf(kinds));
    }
}
