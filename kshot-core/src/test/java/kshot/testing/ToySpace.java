package kshot.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.SearchSpace;

/**
 * A chain of convolutions on 3×4×4 images, each with a kernel of 1 or 3 and a width of 4, 8 or 16: decisions 2i and 2i+1
 * of layer i. Small enough to be counted by hand. Text form: the digits of the choices.
 */
public record ToySpace(int layers) implements SearchSpace {
    private static final int[] KERNELS = {1, 3};
    private static final List<Integer> WIDTHS = List.of(4, 8, 16);

    @Override
    public boolean isSequential() {
        return true;
    }

    @Override
    public String name() {
        return "toy";
    }

    @Override
    public FeatureShape input() {
        return new FeatureShape(3, 4, 4);
    }

    @Override
    public int classes() {
        return 2;
    }

    @Override
    public List<Decision> decisions() {
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            decisions.add(Decision.operation("layer " + i, List.of("1x1", "3x3")));
            decisions.add(Decision.width("width " + i, List.of("4", "8", "16"), WIDTHS));
        }
        return decisions;
    }

    @Override
    public Network network(Architecture architecture) {
        NetworkBuilder net = new NetworkBuilder(input());
        Value x = net.input();
        for (int i = 0; i < layers; i++) {
            int kernel = KERNELS[architecture.choice(2 * i)];
            String block = "layer" + i + "." + kernel;
            x = net.convolution(x, block, "conv", WIDTHS.get(architecture.choice(2 * i + 1)), kernel, 1);
            x = net.relu(net.batchNorm(x, block, "bn"));
        }
        return net.build(net.linear(net.globalPool(x), "head", "linear", classes()), FlopsConvention.MULTIPLY_ADDS);
    }

    @Override
    public String format(Architecture architecture) {
        return architecture.stream().mapToObj(String::valueOf).collect(Collectors.joining());
    }

    @Override
    public Architecture parse(String text) {
        InvalidInputException.require(text.matches("[0-2]+"), "architecture of toy", text, "digits 0 to 2");
        return require(Architecture.of(text.chars().map(digit -> digit - '0').toArray()));
    }

    @Override
    public SearchSpace adapt(FeatureShape newInput, int newClasses) {
        throw new UnsupportedOperationException();
    }
}
