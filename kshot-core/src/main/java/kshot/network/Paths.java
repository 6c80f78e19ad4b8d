package kshot.network;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Measures of the paths that lead from the images to the class scores. A convolution or a pooling <i>keeps the shape</i> if its value
 * has as many channels and pixels as its input; a shortcut could lead around it. Where maps become smaller or get other channels,
 * no path can do without it.
 */
public final class Paths {
    private Paths() {}

    /**
     * Returns the kernel extent of a network: how far its deepest path of convolutions sees, in pixels of the maps on that path. It is
     * the largest sum of (kernel − 1) / 2 over the convolutions of one path. Unlike a receptive field it does not count a pixel of
     * a late map for more than one of an early map, so the place of a stride does not matter. Paths through a pooling that keeps the
     * shape do not count, as they see only means of what is far away.
     *
     * @return a multiple of a half, at least 0; 0 where there is no such path, and for networks of 1×1 convolutions
     */
    public static double kernelExtent(Network network) {
        double[] farthest = new double[network.nodes().size()];
        Arrays.fill(farthest, Double.NEGATIVE_INFINITY);
        for (Node node : network.liveNodes()) {
            double before = inputs(node, farthest).max().orElse(start(node));
            farthest[node.id()] = before + extent(node);
        }
        return Math.max(0, farthest[network.output().id()]);
    }

    private static double extent(Node node) {
        if (node.layer() instanceof Layer.Convolution convolution) {
            return (convolution.kernel() - 1) / 2.0;
        }
        return node.layer() instanceof Layer.Pool && keepsShape(node) ? Double.NEGATIVE_INFINITY : 0;
    }

    /**
     * Returns the length of the shortest path of a network: the fewest convolutions and poolings that keep the shape on one path. It is
     * 0 for a residual network, whose shortcuts lead around all of them, and grows with each one that a signal cannot avoid (Veit,
     * Wilber and Belongie 2016, <a href="https://arxiv.org/abs/1605.06431">arXiv:1605.06431</a>, measure how much of the gradient
     * comes by short paths).
     *
     * @return at least 0; the number of all layers, which is more than any path has, where no path leads to the class scores
     */
    public static int shortest(Network network) {
        if (!network.isConnected()) {
            return network.nodes().size();
        }
        double[] fewest = new double[network.nodes().size()];
        for (Node node : network.liveNodes()) {
            fewest[node.id()] = inputs(node, fewest).min().orElse(0) + (keepsShape(node) ? 1 : 0);
        }
        return (int) fewest[network.output().id()];
    }

    private static boolean keepsShape(Node node) {
        boolean isOperation = node.layer() instanceof Layer.Convolution || node.layer() instanceof Layer.Pool;
        return isOperation && node.shape().equals(node.inputShapes().get(0));
    }

    private static DoubleStream inputs(Node node, double[] values) {
        return node.inputs().stream().mapToDouble(id -> values[id]);
    }

    /** Returns what a node without inputs starts with: paths begin at the images, and at nothing else. */
    private static double start(Node node) {
        return node.layer() instanceof Layer.Input ? 0 : Double.NEGATIVE_INFINITY;
    }
}
