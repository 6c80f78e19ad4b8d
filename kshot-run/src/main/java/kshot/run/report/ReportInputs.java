package kshot.run.report;

import java.util.List;

/**
 * Inputs of a report that the store does not hold, because they follow from the winner.
 *
 * @param winnerSvg the winner, drawn layer by layer: a standalone SVG; empty where there is no winner yet
 * @param layers what its layers cost, in order
 */
public record ReportInputs(String winnerSvg, List<LayerCost> layers) {
    /** The inputs of a run without a winner. */
    public static final ReportInputs NONE = new ReportInputs("", List.of());

    public ReportInputs {
        layers = List.copyOf(layers);
    }
}
