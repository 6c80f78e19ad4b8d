package kshot.space;

import java.util.List;

/**
 * One thing that a search space leaves open.
 *
 * @param name unique in its space
 * @param kind operation or width; each kind has an encoding and a branch of the simplex-net of its own
 * @param options how the options are written, at least one, in order
 * @param widths for a width decision the number of channels of each option, ascending; empty for an operation
 */
public record Decision(String name, Kind kind, List<String> options, List<Integer> widths) {

    /** The kind of a decision. */
    public enum Kind {
        /** Which block stands in a place. */
        OPERATION,
        /** How many channels a layer has. */
        WIDTH
    }

    public Decision {
        options = List.copyOf(options);
        widths = List.copyOf(widths);
        if (options.isEmpty()) {
            throw new IllegalArgumentException("decision " + name + " has no options");
        }
        if (options.stream().distinct().count() != options.size()) {
            throw new IllegalArgumentException("decision " + name + " has equal options: " + options);
        }
        if (widths.size() != (kind == Kind.WIDTH ? options.size() : 0)) {
            throw new IllegalArgumentException(
                    "decision " + name + " has " + options.size() + " options and the widths " + widths);
        }
        for (int i = 1; i < widths.size(); i++) {
            if (widths.get(i) <= widths.get(i - 1)) {
                throw new IllegalArgumentException("decision " + name + ": widths have to ascend, not " + widths);
            }
        }
    }

    /** A decision among blocks. */
    public static Decision operation(String name, List<String> options) {
        return new Decision(name, Kind.OPERATION, options, List.of());
    }

    /** A decision among numbers of channels. */
    public static Decision width(String name, List<String> options, List<Integer> widths) {
        return new Decision(name, Kind.WIDTH, options, widths);
    }

    /** Number of options. */
    public int size() {
        return options.size();
    }

    /** Whether this is a decision among widths. */
    public boolean isWidth() {
        return kind == Kind.WIDTH;
    }
}
