package kshot.network;

/**
 * The kernel extent of a network: how far its deepest path sees, in pixels of the maps on that path. It is the largest sum of
 * (kernel − 1) / 2 over the convolutions of one path from the images to the class scores. Unlike a receptive field it does not
 * count a pixel of a late map for more than one of an early map, so the place of a stride does not matter.
 *
 * <p>It is 0 for a network of 1×1 convolutions, and grows with depth and with kernels, but not with widths.
 */
public final class KernelExtent {
    private KernelExtent() {}

    /** Returns the kernel extent of a network, in halves of pixels at the finest; 0 where no path leads to the class scores. */
    public static double of(Network network) {
        double[] farthest = new double[network.nodes().size()];
        for (Node node : network.liveNodes()) {
            double before =
                    node.inputs().stream().mapToDouble(id -> farthest[id]).max().orElse(0);
            farthest[node.id()] = before + own(node.layer());
        }
        return farthest[network.output().id()];
    }

    private static double own(Layer layer) {
        return layer instanceof Layer.Convolution convolution ? (convolution.kernel() - 1) / 2.0 : 0;
    }
}
