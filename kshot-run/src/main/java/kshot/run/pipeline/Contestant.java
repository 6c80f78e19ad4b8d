package kshot.run.pipeline;

import java.util.Arrays;
import java.util.Optional;
import kshot.common.InvalidInputException;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.run.RunContext;
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

    /** Returns the contestant with a name in a search space. */
    static Contestant of(RunContext context, String space, String name) {
        if (space.equals(context.space().name())) {
            return new OfSpace(context.space(), context.space().parse(name));
        }
        Yardstick yardstick = Arrays.stream(Yardstick.values())
                .filter(one -> one.label().equals(space))
                .findFirst()
                .orElseThrow(() -> InvalidInputException.of(
                        "search space", space, "that of the run, or one of " + Arrays.toString(Yardstick.values())));
        double width = Yardstick.width(name.substring(space.length() + 1));
        return new Scaled(
                yardstick,
                width,
                context.dataset().inputShape(),
                context.dataset().train().classes().size());
    }

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
