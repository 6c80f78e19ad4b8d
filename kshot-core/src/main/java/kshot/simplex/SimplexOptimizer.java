package kshot.simplex;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import kshot.common.InvalidInputException;
import kshot.common.Range;

/**
 * An optimiser of a flat array of parameters. The learning rate is an argument of each step, so that a schedule is a
 * function of the step alone. The whole state is {@link #steps()} and {@link #state()}, which a checkpoint saves and
 * {@link #restore} loads.
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
     * Takes one step, in place.
     *
     * @param parameters the parameters, which are changed
     * @param gradient the gradient of the loss with respect to the parameters
     * @param learningRate the learning rate η, at least 0
     */
    public final void step(float[] parameters, float[] gradient, double learningRate) {
        if (parameters.length != size || gradient.length != size) {
            throw new IllegalArgumentException("an optimiser of " + size + " parameters got " + parameters.length
                    + " parameters and a gradient of " + gradient.length);
        }
        steps++;
        update(parameters, gradient, learningRate, steps);
    }

    /** Takes step t, counted from 1, on arrays of the right length. */
    abstract void update(float[] parameters, float[] gradient, double learningRate, long t);

    /** Returns the number of steps taken. */
    public final long steps() {
        return steps;
    }

    /**
     * Returns the running averages, each of the length of the parameters: the arrays themselves, not copies. They are
     * in the order of their names, so that equal states make equal files.
     */
    public final Map<String, float[]> state() {
        return state;
    }

    /**
     * Restores a saved state, which is copied.
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
