package kshot.space;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;

/**
 * NAS-Bench-201 (Dong and Yang, ICLR 2020, arXiv:2001.00326): a cell of four nodes whose six edges each carry one of five
 * operations, in a fixed skeleton of three stages. 15,625 architectures.
 *
 * <pre>
 * stem   3×3 convolution to C channels, BN
 * stage  N cells; before the second and third a residual block that doubles the channels and halves the map
 * head   BN, ReLU, global average pool, linear
 * cell   node 0 = input, node i = Σ over j &lt; i of operation(j → i)(node j), output = node 3
 * </pre>
 *
 * <p>Text form, with the edges into nodes 1, 2 and 3: {@code |op~0|+|op~0|op~1|+|op~0|op~1|op~2|}. The decisions stand in
 * the order of that text.
 *
 * @param dimensions C channels of the first stage and N cells of a stage; 16 and 5 in the benchmark
 * @param input shape of the images
 * @param classes number of classes
 */
public record NasBench201(Skeleton dimensions, FeatureShape input, int classes) implements SearchSpace {
    /** The name of this space. */
    public static final String NAME = "nas-bench-201";

    /** The operations, in the order of the benchmark's code. */
    public static final List<String> OPERATIONS =
            List.of("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3");

    private static final int NONE = 0;
    private static final int SKIP = 1;
    private static final int CONV_1X1 = 2;
    private static final int CONV_3X3 = 3;
    private static final int POOL = 4;

    private static final int NODES = 4;
    private static final int STAGES = 3;
    private static final List<Decision> DECISIONS = decisionsOfCell();

    public NasBench201 {
        Range.atLeast(2).require("classes", classes);
    }

    /** The space with scales and shifts in all batch normalisations, as the benchmark has it. */
    public NasBench201(int channels, int cells, FeatureShape input, int classes) {
        this(new Skeleton(channels, cells), input, classes);
    }

    /** Returns the space with the benchmark's own skeleton for CIFAR-10: C = 16, N = 5, 3×32×32, 10 classes. */
    public static NasBench201 cifar10() {
        return new NasBench201(16, 5, new FeatureShape(3, 32, 32), 10);
    }

    @Override
    public Optional<Skeleton> skeleton() {
        return Optional.of(dimensions);
    }

    @Override
    public NasBench201 withSkeleton(Skeleton skeleton) {
        return new NasBench201(skeleton, input, classes);
    }

    private static List<Decision> decisionsOfCell() {
        List<Decision> decisions = new ArrayList<>();
        for (int to = 1; to < NODES; to++) {
            for (int from = 0; from < to; from++) {
                decisions.add(Decision.operation("edge " + from + " to " + to, OPERATIONS));
            }
        }
        return List.copyOf(decisions);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Decision> decisions() {
        return DECISIONS;
    }

    @Override
    public NasBench201 adapt(FeatureShape newInput, int newClasses) {
        return new NasBench201(dimensions, newInput, newClasses);
    }

    @Override
    public Optional<Cell> cell(Architecture architecture) {
        require(architecture);
        List<Cell.Edge> edges = new ArrayList<>();
        for (int to = 1; to < NODES; to++) {
            for (int from = 0; from < to; from++) {
                int operation = architecture.choice(edges.size());
                edges.add(new Cell.Edge(from, to, OPERATIONS.get(operation), operation != NONE));
            }
        }
        return Optional.of(new Cell(NODES, edges));
    }

    @Override
    public Network network(Architecture architecture) {
        require(architecture);
        NetworkBuilder net = new NetworkBuilder(input);
        Value x = net.convolution(net.input(), "stem", "conv", dimensions.channels(), 3, 1);
        x = net.batchNorm(x, "stem", "bn");
        for (int stage = 0; stage < STAGES; stage++) {
            if (stage > 0) {
                x = reduction(net, x, "reduction" + stage);
            }
            for (int cell = 0; cell < dimensions.cells(); cell++) {
                x = cell(net, x, "stage" + stage + ".cell" + cell, architecture);
            }
        }
        x = net.relu(net.batchNorm(x, "head", "bn"));
        x = net.linear(net.globalPool(x), "head", "linear", classes);
        return net.build(x, FlopsConvention.MULTIPLY_ADDS_AND_LINEAR_BIAS);
    }

    private static Value reduction(NetworkBuilder net, Value x, String block) {
        int out = 2 * x.channels();
        Value main = net.batchNorm(net.convolution(net.relu(x), block, "conv1", out, 3, 2), block, "bn1");
        main = net.batchNorm(net.convolution(net.relu(main), block, "conv2", out, 3, 1), block, "bn2");
        Value shortcut = net.convolution(net.averagePool(x, 2, 2, 0), block, "shortcut", out, 1, 1);
        return net.sum(List.of(main, shortcut));
    }

    private Value cell(NetworkBuilder net, Value input, String name, Architecture architecture) {
        List<Value> nodes = new ArrayList<>(List.of(input));
        int edge = 0;
        for (int to = 1; to < NODES; to++) {
            List<Value> terms = new ArrayList<>();
            for (int from = 0; from < to; from++) {
                terms.add(operation(net, nodes.get(from), name + ".edge" + edge, architecture.choice(edge)));
                edge++;
            }
            nodes.add(net.sum(terms));
        }
        return nodes.get(NODES - 1);
    }

    private Value operation(NetworkBuilder net, Value x, String edge, int operation) {
        return switch (operation) {
            case NONE -> net.zero(x);
            case SKIP -> x;
            case CONV_1X1 -> reluConvBn(net, x, edge + "." + OPERATIONS.get(operation), 1);
            case CONV_3X3 -> reluConvBn(net, x, edge + "." + OPERATIONS.get(operation), 3);
            case POOL -> net.averagePool(x, 3, 1, 1);
            default -> throw new IllegalArgumentException("operation " + operation);
        };
    }

    private Value reluConvBn(NetworkBuilder net, Value x, String block, int kernel) {
        Value convolved = net.convolution(net.relu(x), block, "conv", x.channels(), kernel, 1);
        return net.batchNorm(convolved, block, "bn", dimensions.affine());
    }

    /**
     * The first of the cells that the benchmark calls the same, in the order of choices. Its code compares unique strings
     * ({@code Structure.to_unique_str(True)} in D-X-Y/AutoDL-Projects): the output node as an expression, in which a skip is
     * its source, whatever is made of nothing is nothing, and terms are sorted. Of the 15,625 cells 6,466 are distinct.
     *
     * <p>That is the benchmark's convention and not exact. It tells {@code x} from {@code x + 0}, and so takes some equal
     * cells for different; and it does not tell a convolution that is read twice from two convolutions of one input, whose
     * weights may differ.
     */
    @Override
    public Architecture canonical(Architecture architecture) {
        require(architecture);
        return Representatives.FIRST.getOrDefault(expression(architecture), architecture);
    }

    /** The first architecture of each expression; made when it is first needed. */
    private static final class Representatives {
        static final Map<String, Architecture> FIRST = new HashMap<>();

        static {
            collect(new int[DECISIONS.size()], 0);
        }

        private static void collect(int[] choices, int decision) {
            if (decision == choices.length) {
                Architecture architecture = Architecture.of(choices);
                FIRST.putIfAbsent(expression(architecture), architecture);
                return;
            }
            for (int option = 0; option < OPERATIONS.size(); option++) {
                choices[decision] = option;
                collect(choices, decision + 1);
            }
        }
    }

    /** The benchmark's unique string, {@code 0} for the input and {@code #} for nothing. */
    private static String expression(Architecture architecture) {
        List<String> nodes = new ArrayList<>(List.of("0"));
        int edge = 0;
        for (int to = 1; to < NODES; to++) {
            List<String> terms = new ArrayList<>();
            for (int from = 0; from < to; from++) {
                terms.add(term(architecture.choice(edge++), nodes.get(from)));
            }
            Collections.sort(terms);
            nodes.add(String.join("+", terms));
        }
        return nodes.get(NODES - 1);
    }

    private static String term(int operation, String source) {
        if (operation == NONE || source.equals("#")) {
            return "#";
        }
        return operation == SKIP ? source : "(" + source + ")@" + OPERATIONS.get(operation);
    }

    @Override
    public String format(Architecture architecture) {
        require(architecture);
        StringBuilder text = new StringBuilder();
        int edge = 0;
        for (int to = 1; to < NODES; to++) {
            text.append(to > 1 ? "+|" : "|");
            for (int from = 0; from < to; from++) {
                text.append(OPERATIONS.get(architecture.choice(edge)))
                        .append('~')
                        .append(from)
                        .append('|');
                edge++;
            }
        }
        return text.toString();
    }

    @Override
    public Architecture parse(String text) {
        String[] nodes = text.strip().split("\\+", -1);
        requireForm(nodes.length == NODES - 1, text);
        int[] choices = new int[DECISIONS.size()];
        int edge = 0;
        for (int to = 1; to < NODES; to++) {
            String node = nodes[to - 1];
            requireForm(node.length() > 2 && node.startsWith("|") && node.endsWith("|"), text);
            String[] edges = node.substring(1, node.length() - 1).split("\\|", -1);
            requireForm(edges.length == to, text);
            for (int from = 0; from < to; from++) {
                String suffix = "~" + from;
                requireForm(edges[from].endsWith(suffix), text);
                String operation = edges[from].substring(0, edges[from].length() - suffix.length());
                choices[edge] = OPERATIONS.indexOf(operation);
                InvalidInputException.require(
                        choices[edge] >= 0, "operation in architecture '" + text + "'", operation, "" + OPERATIONS);
                edge++;
            }
        }
        return Architecture.of(choices);
    }

    private static void requireForm(boolean condition, String text) {
        InvalidInputException.require(
                condition,
                "architecture of nas-bench-201",
                "'" + text + "'",
                "|op~0|+|op~0|op~1|+|op~0|op~1|op~2| with op one of " + OPERATIONS);
    }
}
