package kshot.diagram;

import kshot.network.FeatureShape;

/**
 * One layer, or block of layers, of an architecture. Over all rows of an architecture, parameters and FLOPs add up to
 * those of {@link kshot.network.Cost}.
 *
 * @param name its name, which its weight blocks start with
 * @param operation what it does, for example {@code ir_k3_e6_se}
 * @param kernel size of its largest kernel; 0 where it has none, or many
 * @param shape of what it yields
 * @param widest the channels it yields in the widest architecture
 * @param parameters learnable numbers
 * @param flops multiply-adds of one image
 */
public record LayerRow(
        String name, String operation, int kernel, FeatureShape shape, int widest, long parameters, long flops) {}
