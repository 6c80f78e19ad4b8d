package kshot.network;

import java.util.List;

/**
 * What a network costs.
 *
 * @param parameters learnable numbers, scale and shift of batch normalisation included, running statistics not
 * @param flops multiply-adds of one image, by the network's {@link FlopsConvention}
 * @param liveFlops multiply-adds of the layers on a path from the images to the class scores
 */
public record Cost(long parameters, long flops, long liveFlops) {

    /** Counts a network. */
    public static Cost of(Network network) {
        return new Cost(
                network.parameters().stream().mapToLong(p -> p.shape().count()).sum(),
                flops(network.nodes(), network.flopsConvention()),
                flops(network.liveNodes(), network.flopsConvention()));
    }

    private static long flops(List<Node> nodes, FlopsConvention convention) {
        return nodes.stream().mapToLong(node -> flops(node, convention)).sum();
    }

    /** Multiply-adds of one layer for one image. */
    public static long flops(Node node, FlopsConvention convention) {
        if (node.layer() instanceof Layer.Convolution convolution) {
            return convolution.weight().shape().count()
                    * node.shape().height()
                    * node.shape().width();
        }
        if (node.layer() instanceof Layer.Linear linear) {
            long bias = convention == FlopsConvention.MULTIPLY_ADDS_AND_LINEAR_BIAS ? linear.out() : 0;
            return (long) linear.in() * linear.out() + bias;
        }
        return 0;
    }
}
