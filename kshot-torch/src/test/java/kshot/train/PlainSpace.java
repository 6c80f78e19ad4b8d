package kshot.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.SearchSpace;

/** A tiny space without batch normalisation: what comes of an image does not depend on the others of its batch. */
final class PlainSpace implements SearchSpace {
    private static final int[] STEM = {4, 6};

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public FeatureShape input() {
        return TinyImages.SHAPE;
    }

    @Override
    public int classes() {
        return TinyImages.CLASSES;
    }

    @Override
    public List<Decision> decisions() {
        return List.of(
                Decision.width("stem", List.of("4", "6"), List.of(4, 6)),
                Decision.operation("layer", List.of("identity", "conv")));
    }

    @Override
    public Network network(Architecture a) {
        NetworkBuilder net = new NetworkBuilder(input());
        Value x = net.relu(net.convolution(net.input(), "stem", "conv", STEM[a.choice(0)], 3, 1));
        Value y = a.choice(1) == 0 ? x : net.relu(net.convolution(x, "layer", "conv", x.channels(), 3, 1));
        return net.build(net.linear(net.globalPool(y), "head", "linear", classes()), FlopsConvention.MULTIPLY_ADDS);
    }

    @Override
    public String format(Architecture architecture) {
        return architecture.stream().mapToObj(Integer::toString).collect(Collectors.joining("-"));
    }

    @Override
    public Architecture parse(String text) {
        return Architecture.of(
                Arrays.stream(text.split("-", -1)).mapToInt(Integer::parseInt).toArray());
    }

    @Override
    public SearchSpace adapt(FeatureShape newInput, int newClasses) {
        throw new UnsupportedOperationException("a fixed space");
    }
}
