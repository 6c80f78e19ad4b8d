package kshot.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;
import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.SearchSpace;

/**
 * A search space in Java: three convolutions with a kernel of 3 or 5 and a width of 8, 16 or 32, each followed by a halving of
 * the map. The text form of an architecture is the digits of its choices, kernel and width in turn.
 *
 * @param input shape of the images
 * @param classes number of classes
 */
public record OwnSpace(FeatureShape input, int classes) implements SearchSpace {
    private static final int LAYERS = 3;
    private static final List<Integer> KERNELS = List.of(3, 5);
    private static final List<Integer> WIDTHS = List.of(8, 16, 32);

    @Override
    public String name() {
        return "own";
    }

    @Override
    public List<Decision> decisions() {
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < LAYERS; i++) {
            decisions.add(Decision.operation("layer" + i, List.of("3x3", "5x5")));
            decisions.add(Decision.width("width" + i, List.of("8", "16", "32"), WIDTHS));
        }
        return decisions;
    }

    @Override
    public Network network(Architecture architecture) {
        NetworkBuilder net = new NetworkBuilder(input);
        Value x = net.input();
        for (int i = 0; i < LAYERS; i++) {
            int kernel = KERNELS.get(architecture.choice(2 * i));
            int width = WIDTHS.get(architecture.choice(2 * i + 1));
            String block = "layer" + i + "." + kernel; // weights of one kernel size are shared, of two they are not
            x = net.relu(net.batchNorm(net.convolution(x, block, "conv", width, kernel, 2), block, "bn"));
        }
        return net.build(net.linear(net.globalPool(x), "head", "linear", classes), FlopsConvention.MULTIPLY_ADDS);
    }

    @Override
    public String format(Architecture architecture) {
        return architecture.stream().mapToObj(String::valueOf).collect(Collectors.joining());
    }

    @Override
    public Architecture parse(String text) {
        InvalidInputException.require(text.matches("[0-2]+"), "architecture", text, "digits from 0 to 2");
        return require(Architecture.of(text.chars().map(digit -> digit - '0').toArray()));
    }

    @Override
    public SearchSpace adapt(FeatureShape newInput, int newClasses) {
        return new OwnSpace(newInput, newClasses);
    }

    /** Entry point: prints the cost of an architecture on images of 32 by 32 pixels in colour. */
    public static void main(String[] arguments) {
        SearchSpace space = new OwnSpace(new FeatureShape(3, 32, 32), 10);
        System.out.println(space.size() + " architectures; " + Cost.of(space.network(space.parse(arguments[0]))));
    }
}
