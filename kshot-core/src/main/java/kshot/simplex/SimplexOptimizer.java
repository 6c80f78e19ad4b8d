package kshot.simplex;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import kshot.common.InvalidInputException;
import kshot.common.Range;

/**
 * An optimiser of a flat array of parameters. The learning rate is given at each step, so that a schedule is a function
 * of the step alone. Its whole state is {@link #steps()} and {@link #state()}, which a checkpoint keeps and
 * {@link #restore} takes back.
 */
public abstract sealed class SimplexOptimizer permits NesterovSgd, Adam {
    private final int size;
    private final Map<String, float[]> state;
    private long steps;

    SimplexOptimizer(int size, Map<String, float[]> state) {
        this.size = size;
        this.state = Collections.unmodifiableMap(new TreeMap<>(state));
    }

    /**
     * One step, in place.
     *
     * @param parameters what is optimised
     * @param gradient of the loss in the parameters
     * @param learningRate η, at least 0
     */
    public final void step(float[] parameters, float[] gradient, double learningRate) {
        if (parameters.length != size || gradient.length != size) {
            throw new IllegalArgumentException("an optimiser of " + size + " parameters got " + parameters.length
                    + " parameters and a gradient of " + gradient.length);
        }
        steps++;
        update(parameters, gradient, learningRate, steps);
    }

    /** Step t, from 1, on arrays of the right length. */
    abstract void update(float[] parameters, float[] gradient, double learningRate, long t);

    /** Number of steps taken. */
    public final long steps() {
        return steps;
    }

    /**
     * The running averages, each of the length of the parameters: the arrays themselves, not copies. They are in the order
     * of their names, so that equal states make equal files.
     */
    public final Map<String, float[]> state() {
        return state;
    }

    /**
     * Goes on from a saved state, which is copied.
     *
     * @throws InvalidInputException if an average is missing or has another length
     */
    public final void restore(long savedSteps, Map<String, float[]> saved) {
        Range.atLeast(0).require("steps of the simplex-net's optimiser", savedSteps);
        state.forEach((name, average) -> {
            float[] values = saved.get(name);
            if (values == null || values.length != size) {
                throw InvalidInputException.of(
                        "state '" + name + "' of the simplex-net's optimiser",
                        values == null ? "none" : values.length + " values",
                        size + " values");
            }
            System.arraycopy(values, 0, average, 0, size);
        });
        steps = savedSteps;
    }
}
