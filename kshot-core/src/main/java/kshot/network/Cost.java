package kshot.network;

import java.util.List;
import kshot.common.InvalidInputException;

/**
 * The cost of a network.
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
        return nodes.stream().mapToLong(node -> flops(node, convention)).reduce(0, Cost::sum);
    }

    /** Multiply-adds of one layer for one image. */
    public static long flops(Node node, FlopsConvention convention) {
        return node.accept(new Flops(convention));
    }

    /** Convolutions and linear layers count; what has no multiplications by weights is free. */
    private record Flops(FlopsConvention convention) implements Layer.Visitor<Long> {
        @Override
        public Long input(Layer.Input layer, Node node) {
            return 0L;
        }

        @Override
        public Long convolution(Layer.Convolution layer, Node node) {
            return product(
                    layer.weight().shape().count(),
                    (long) node.shape().height() * node.shape().width());
        }

        @Override
        public Long batchNorm(Layer.BatchNorm layer, Node node) {
            return 0L;
        }

        @Override
        public Long activation(Layer.Activation layer, Node node) {
            return 0L;
        }

        @Override
        public Long pool(Layer.Pool layer, Node node) {
            return 0L;
        }

        @Override
        public Long globalPool(Layer.GlobalPool layer, Node node) {
            return 0L;
        }

        @Override
        public Long linear(Layer.Linear layer, Node node) {
            long bias = convention == FlopsConvention.MULTIPLY_ADDS_AND_LINEAR_BIAS ? layer.out() : 0;
            return (long) layer.in() * layer.out() + bias;
        }

        @Override
        public Long add(Layer.Add layer, Node node) {
            return 0L;
        }

        @Override
        public Long gate(Layer.Gate layer, Node node) {
            return 0L;
        }

        @Override
        public Long leadingChannels(Layer.LeadingChannels layer, Node node) {
            return 0L;
        }

        @Override
        public Long zero(Layer.Zero layer, Node node) {
            return 0L;
        }
    }

    private static long sum(long a, long b) {
        if (a > Long.MAX_VALUE - b) {
            throw tooMuch();
        }
        return a + b;
    }

    private static long product(long a, long b) {
        if (a > Long.MAX_VALUE / b) {
            throw tooMuch();
        }
        return a * b;
    }

    private static InvalidInputException tooMuch() {
        return InvalidInputException.of("a network", "more than 2^63 multiply-adds", "fewer, or smaller, layers");
    }
}
