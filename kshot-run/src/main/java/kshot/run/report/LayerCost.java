package kshot.run.report;

/**
 * The cost of one layer of the winner: a row of the report.
 *
 * @param name its name or place
 * @param operation what it does, for example {@code convolution 3×3, stride 2}
 * @param output shape of its value, for example {@code 16×14×14}
 * @param flops multiply-adds of one image
 * @param params learnable numbers
 */
public record LayerCost(String name, String operation, String output, long flops, long params) {}
