package kshot.execute;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Layer.Activation.Function;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.SearchSpace;

/** A tiny space whose networks use slices of every kind of weight: two widths and one operation. */
public final class WidthSpace implements SearchSpace {
    private static final int[] STEM = {2, 3, 4};
    private static final int[] LAYER = {4, 6};

    @Override
    public String name() {
        return "widths";
    }

    @Override
    public FeatureShape input() {
        return new FeatureShape(3, 8, 8);
    }

    @Override
    public int classes() {
        return 3;
    }

    @Override
    public List<Decision> decisions() {
        return List.of(
                Decision.width("stem", List.of("2", "3", "4"), List.of(2, 3, 4)),
                Decision.operation("layer", List.of("identity", "conv", "depthwise")),
                Decision.width("layer width", List.of("4", "6"), List.of(4, 6)));
    }

    @Override
    public Network network(Architecture a) {
        NetworkBuilder net = new NetworkBuilder(input());
        Value x = net.convolution(net.input(), "stem", "conv", STEM[a.choice(0)], 3, 1);
        x = net.relu(net.batchNorm(x, "stem", "bn"));
        int width = LAYER[a.choice(2)];
        Value y = switch (a.choice(1)) {
            case 0 -> net.leadingChannels(x, width);
            case 1 -> net.batchNorm(net.convolution(x, "conv", "conv", width, 3, 1), "conv", "bn");
            default -> gated(net, x, width);
        };
        Value sum = net.sum(List.of(y, net.leadingChannels(x, width)));
        return net.build(
                net.linear(net.globalPool(net.averagePool(sum, 3, 1, 1)), "head", "linear", classes()),
                FlopsConvention.MULTIPLY_ADDS);
    }

    private static Value gated(NetworkBuilder net, Value x, int width) {
        Value y = net.batchNorm(net.depthwise(x, "depthwise", "spatial", 3, 1), "depthwise", "bn1");
        y = net.activation(y, Function.HSWISH);
        Value factors = net.pointwiseWithBias(net.globalPool(y), "depthwise", "squeeze", y.channels());
        y = net.gate(y, net.activation(factors, Function.HSIGMOID));
        return net.batchNorm(net.convolution(y, "depthwise", "project", width, 1, 1), "depthwise", "bn2");
    }

    @Override
    public String format(Architecture architecture) {
        return architecture.stream().mapToObj(Integer::toString).collect(Collectors.joining("-"));
    }

    @Override
    public Architecture parse(String text) {
        return Architecture.of(
                Arrays.stream(text.split("-")).mapToInt(Integer::parseInt).toArray());
    }

    @Override
    public SearchSpace adapt(FeatureShape newInput, int newClasses) {
        throw new UnsupportedOperationException("a fixed space");
    }
}
