package kshot.space;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.network.Parameter;

/**
 * A set of architectures: the decisions that are open, and the network of each combination of choices. Immutable.
 */
public interface SearchSpace {

    /** Returns the name of the space, as the command line knows it. */
    String name();

    /** Returns the shape of the images that its networks take. */
    FeatureShape input();

    /** Returns the number of classes that its networks tell apart. */
    int classes();

    /** Returns the open decisions, in the order of {@link Architecture}'s choices, which is also the order of layers. */
    List<Decision> decisions();

    /** Returns the indices of the decisions about widths, ascending. */
    default List<Integer> widths() {
        return IntStream.range(0, decisions().size())
                .filter(i -> decisions().get(i).isWidth())
                .boxed()
                .toList();
    }

    /** Returns the network of an architecture. */
    Network network(Architecture architecture);

    /** Returns the text form of an architecture, which {@link #parse} reads. */
    String format(Architecture architecture);

    /**
     * Reads the text form.
     *
     * @throws InvalidInputException naming the part that is wrong and what is allowed there
     */
    Architecture parse(String text);

    /** Returns this space for images of another shape and another number of classes. */
    SearchSpace adapt(FeatureShape newInput, int newClasses);

    /**
     * Returns a representative of all architectures whose networks compute the same function; the architecture itself where the
     * space knows of no equivalence.
     */
    default Architecture canonical(Architecture architecture) {
        return architecture;
    }

    /**
     * Returns whether the decisions are about different layers of one sequence, so that each of them acts nearly alone; false, as
     * here, where what a decision does depends on others, as on the edges of a cell.
     */
    default boolean isSequential() {
        return false;
    }

    /** Returns the layers of an architecture as people see them, in order; here the parts of its network that have weights. */
    default List<ArchitectureLayer> layers(Architecture architecture) {
        return ArchitectureLayer.ofBlocks(network(architecture));
    }

    /** Returns the cell that the networks of an architecture repeat; empty for a space of other networks. */
    default Optional<Cell> cell(Architecture architecture) {
        return Optional.empty();
    }

    /** Returns the size of the networks; empty for a space whose networks are no repetition of cells. */
    default Optional<Skeleton> skeleton() {
        return Optional.empty();
    }

    /**
     * Returns a space with the same decisions and networks of another size, for example a cheaper one for supernets.
     *
     * @throws UnsupportedOperationException if this space has no {@link #skeleton()}
     */
    default SearchSpace withSkeleton(Skeleton skeleton) {
        throw new UnsupportedOperationException(name() + " has no skeleton of cells");
    }

    /** Returns the number of architectures. */
    default BigInteger size() {
        return decisions().stream().map(d -> BigInteger.valueOf(d.size())).reduce(BigInteger.ONE, BigInteger::multiply);
    }

    /** Returns an architecture drawn uniformly: each decision independently. */
    default Architecture sample(RandomGenerator random) {
        return Architecture.of(
                decisions().stream().mapToInt(d -> random.nextInt(d.size())).toArray());
    }

    /**
     * Returns, of architectures drawn uniformly, the one with the most live FLOPs, see {@link Cost}; the first of several. The
     * more are drawn, the more of the training goes to large ones: they need it, and in a supernet they get less than small ones, whose
     * few weights all others share.
     *
     * @param of how many are drawn; 1 for a uniform draw
     */
    default Architecture sampleLargest(int of, RandomGenerator random) {
        Architecture largest = sample(random);
        long most = of == 1 ? 0 : liveFlops(largest);
        for (int i = 1; i < of; i++) {
            Architecture other = sample(random);
            long flops = liveFlops(other);
            if (flops > most) {
                largest = other;
                most = flops;
            }
        }
        return largest;
    }

    private long liveFlops(Architecture architecture) {
        return Cost.of(network(architecture)).liveFlops();
    }

    /**
     * Returns architectures in whose decisions every option comes as often as any other, but for one at most: what they train is
     * trained alike ("strict fairness", Chu et al. 2021, doi:10.1109/ICCV48922.2021.01202). Each by itself is drawn
     * uniformly.
     */
    default List<Architecture> sampleFairly(int count, RandomGenerator random) {
        int[][] choices = new int[count][decisions().size()];
        for (int d = 0; d < decisions().size(); d++) {
            int[] order = IntStream.range(0, decisions().get(d).size()).toArray();
            for (int i = 0; i < count; i++) {
                int next = i % order.length;
                int other = random.nextInt(next, order.length); // Fisher and Yates, a step for each architecture
                int option = order[other];
                order[other] = order[next];
                order[next] = option;
                choices[i][d] = option;
            }
        }
        return Arrays.stream(choices).map(Architecture::of).toList();
    }

    /** Returns the architecture with the last option of every decision: for widths, the widest. */
    default Architecture last() {
        return Architecture.of(decisions().stream().mapToInt(d -> d.size() - 1).toArray());
    }

    /** Checks that an architecture fits the decisions, for callers that build one from numbers. */
    default Architecture require(Architecture architecture) {
        List<Decision> decisions = decisions();
        if (architecture.size() != decisions.size()) {
            throw InvalidInputException.of("architecture of " + name(), architecture, decisions.size() + " decisions");
        }
        for (int i = 0; i < decisions.size(); i++) {
            int choice = architecture.choice(i);
            InvalidInputException.require(
                    choice >= 0 && choice < decisions.get(i).size(),
                    "option of decision " + decisions.get(i).name(),
                    choice,
                    "0 to " + (decisions.get(i).size() - 1));
        }
        return architecture;
    }

    /**
     * Returns architectures that together use every weight slot in its largest shape: here each option of each decision, with the
     * last option of all others. A space in which a choice opens further choices has to say more.
     */
    default List<Architecture> cover() {
        List<Architecture> cover = new ArrayList<>();
        Architecture last = last();
        List<Decision> decisions = decisions();
        for (int d = 0; d < decisions.size(); d++) {
            for (int option = 0; option < decisions.get(d).size(); option++) {
                cover.add(last.with(d, option));
            }
        }
        if (cover.isEmpty()) {
            cover.add(last);
        }
        return cover;
    }

    /** Returns the weight slots of a supernet in their largest shapes, in the order in which networks meet them. */
    default List<Parameter> slots() {
        Map<String, Parameter> slots = new LinkedHashMap<>();
        for (Architecture architecture : cover()) {
            for (Parameter parameter : network(architecture).parameters()) {
                slots.merge(
                        parameter.slot(),
                        parameter,
                        (a, b) -> a.withShape(a.shape().union(b.shape())));
            }
        }
        return List.copyOf(slots.values());
    }
}
