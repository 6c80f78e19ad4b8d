package kshot.train;

import kshot.common.Range;
import kshot.simplex.SimplexNet;

/**
 * The codes that a training uses: where they come from, and of what. A method {@code withX} returns a copy with another X.
 *
 * @param codes where they come from
 * @param canonical whether an architecture has the code of its representative, see
 *     {@link kshot.space.SearchSpace#canonical}: it is the representative that is scored; the paper encodes what it draws
 * @param draws which architectures train the simplex-net, and stand for the space where first codes are spread
 * @param initialSpread how far the first codes are from equal ones, see {@link SimplexNet}
 * @param spreadEpochs epochs after the warm-up in which the outputs of the simplex-net grow from 0 to what they are, so that
 *     codes begin equal and move apart; 0 in the paper
 */
public record CodeSettings(Codes codes, boolean canonical, Draws draws, double initialSpread, double spreadEpochs) {

    /** The origins of codes. */
    public enum Codes {
        /** A simplex-net that is trained: the paper. */
        LEARNED,
        /** A simplex-net that stays as it is at its start, as a control. */
        FROZEN,
        /** 1/K for every architecture, as a control. */
        EQUAL
    }

    /** The ways to draw the architectures that the simplex-net sees. */
    public enum Draws {
        /** Uniform draws: the paper. */
        EVEN,
        /** Draws like those of the architectures that train the supernets. */
        AS_PATHS
    }

    public CodeSettings {
        Range.atLeast(0).require("initialSpread", initialSpread);
        Range.atLeast(0).require("spreadEpochs", spreadEpochs);
    }

    public CodeSettings withCodes(Codes codes) {
        return new CodeSettings(codes, canonical, draws, initialSpread, spreadEpochs);
    }

    public CodeSettings withCanonical(boolean canonical) {
        return new CodeSettings(codes, canonical, draws, initialSpread, spreadEpochs);
    }

    public CodeSettings withDraws(Draws draws) {
        return new CodeSettings(codes, canonical, draws, initialSpread, spreadEpochs);
    }

    public CodeSettings withInitialSpread(double initialSpread) {
        return new CodeSettings(codes, canonical, draws, initialSpread, spreadEpochs);
    }

    public CodeSettings withSpreadEpochs(double spreadEpochs) {
        return new CodeSettings(codes, canonical, draws, initialSpread, spreadEpochs);
    }

    boolean areLearned() {
        return codes == Codes.LEARNED;
    }

    /**
     * Returns the factor of the outputs of the simplex-net, from 0 for equal codes to 1.
     *
     * @param epochs since the warm-up; negative in it
     */
    public double scale(double epochs) {
        if (epochs < 0 || codes == Codes.EQUAL) {
            return 0;
        }
        return spreadEpochs == 0 ? 1 : Math.min(1, epochs / spreadEpochs);
    }
}
