package kshot.run.report;

import java.util.List;
import java.util.stream.Collectors;
import kshot.run.store.Retrained;
import kshot.run.store.Retrained.Kind;
import kshot.space.shipped.Yardstick;

/**
 * The parts that networks have in a comparison, as people say them. Random ones are numbered.
 *
 * @param retrained all networks of the comparison
 */
record Roles(List<Retrained> retrained) {
    static final String WINNER = "winner";
    static final String FLOPS_PICK = "FLOPs-only pick";
    static final String LARGEST = "largest inside the limit";

    /** Returns what a network stands for. */
    String of(Retrained network) {
        return network.kinds().stream().map(kind -> of(kind, network)).collect(Collectors.joining(", "));
    }

    private String of(Kind kind, Retrained network) {
        return switch (kind) {
            case WINNER -> WINNER;
            case CHOSEN -> "model " + (2 + chosen().indexOf(network));
            case FLOPS_PICK -> FLOPS_PICK;
            case LARGEST -> LARGEST;
            case RANDOM -> "random " + (1 + randoms().indexOf(network));
            case MOBILENET_V2 -> scaled(Yardstick.MOBILENET_V2, network.arch());
            case RESNET_8 -> scaled(Yardstick.RESNET_8, network.arch());
        };
    }

    /** The exported models beside that of the winner, which is the first one. */
    private List<Retrained> chosen() {
        return retrained.stream()
                .filter(r -> r.is(Kind.CHOSEN) && !r.is(Kind.WINNER))
                .toList();
    }

    private List<Retrained> randoms() {
        return retrained.stream().filter(r -> r.is(Kind.RANDOM)).toList();
    }

    /** Of {@code resnet8-x0.70}: ResNet-8 ×0.70. */
    private static String scaled(Yardstick yardstick, String arch) {
        return yardstick.title() + arch.replaceFirst(".*-x", " ×");
    }
}
