package kshot.run.pipeline;

import java.util.Optional;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.space.shipped.Yardstick;

/** A network that is trained from scratch and tested: an architecture of the run's space, or a yardstick. */
sealed interface Contestant {
    /** Returns the name of its search space. */
    String space();

    /** Returns its name in store and checkpoints, which no other contestant of a run has. */
    String name();

    /** Returns the network. */
    Network network();

    /** Returns the architecture of the run's space; empty for a yardstick. */
    Optional<Architecture> searched();

    /** An architecture of the run's space, whose name is its text form. */
    record OfSpace(SearchSpace of, Architecture architecture) implements Contestant {
        @Override
        public String space() {
            return of.name();
        }

        @Override
        public String name() {
            return of.format(architecture);
        }

        @Override
        public Network network() {
            return of.network(architecture);
        }

        @Override
        public Optional<Architecture> searched() {
            return Optional.of(architecture);
        }
    }

    /** A yardstick of some width, for images of the run. */
    record Scaled(Yardstick yardstick, double width, FeatureShape input, int classes) implements Contestant {
        @Override
        public String space() {
            return yardstick.label();
        }

        @Override
        public String name() {
            return yardstick.label() + "-" + Yardstick.text(width);
        }

        @Override
        public Network network() {
            return yardstick.network(width, input, classes);
        }

        @Override
        public Optional<Architecture> searched() {
            return Optional.empty();
        }
    }
}
