package kshot.train;

import java.util.function.UnaryOperator;
import kshot.common.Range;
import kshot.common.Seed;
import kshot.simplex.SimplexNet;
import kshot.space.SearchSpace;

/**
 * The simplex-net and its training. A method {@code withX} returns a copy with another X.
 *
 * @param hidden hidden units; the paper does not state them
 * @param coding the codes
 * @param descent how it descends
 * @param regulariser a, weight of r_c; 1 in the paper
 * @param temperature τ of r_c
 */
public record SimplexSettings(
        int hidden, CodeSettings coding, SimplexDescent descent, double regulariser, double temperature) {
    public SimplexSettings {
        Range.atLeast(1).require("hidden", hidden);
        Range.atLeast(0).require("regulariser", regulariser);
        Range.moreThan(0).require("temperature", temperature);
    }

    public SimplexSettings withHidden(int hidden) {
        return new SimplexSettings(hidden, coding, descent, regulariser, temperature);
    }

    public SimplexSettings withCoding(UnaryOperator<CodeSettings> change) {
        return new SimplexSettings(hidden, change.apply(coding), descent, regulariser, temperature);
    }

    public SimplexSettings withDescent(UnaryOperator<SimplexDescent> change) {
        return new SimplexSettings(hidden, coding, change.apply(descent), regulariser, temperature);
    }

    public SimplexSettings withRegulariser(double regulariser) {
        return new SimplexSettings(hidden, coding, descent, regulariser, temperature);
    }

    public SimplexSettings withTemperature(double temperature) {
        return new SimplexSettings(hidden, coding, descent, regulariser, temperature);
    }

    /**
     * Returns the simplex-net of a space at its start.
     *
     * @param largestOf each path of the supernets is the largest of so many
     */
    public SimplexNet net(SearchSpace space, int k, int largestOf, Seed seed) {
        return new SimplexNet(
                space,
                k,
                new SimplexNet.Start(hidden, coding.initialSpread(), drawn(largestOf)),
                coding.canonical(),
                seed);
    }

    /** Returns of how many architectures, drawn uniformly, the simplex-net sees the largest. */
    int drawn(int largestOf) {
        return coding.draws() == CodeSettings.Draws.AS_PATHS ? largestOf : 1;
    }
}
