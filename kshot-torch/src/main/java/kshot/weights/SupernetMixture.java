package kshot.weights;

import java.util.function.Function;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;

/**
 * A dictionary of supernets, and how they are mixed for each architecture: what scores one.
 *
 * @param supernets Θ; the caller closes them
 * @param codes λ of an architecture
 */
public record SupernetMixture(Supernets supernets, Function<Architecture, SimplexCode> codes) {

    /** Returns the same supernets mixed alike for every architecture, for example by uniform codes as a control. */
    public SupernetMixture with(SimplexCode code) {
        return new SupernetMixture(supernets, architecture -> code);
    }
}
