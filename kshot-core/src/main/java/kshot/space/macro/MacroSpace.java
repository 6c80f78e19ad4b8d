package kshot.space.macro;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.network.FeatureShape;
import kshot.network.FlopsConvention;
import kshot.network.Network;
import kshot.network.NetworkBuilder;
import kshot.space.Architecture;
import kshot.space.ArchitectureLayer;
import kshot.space.Decision;
import kshot.space.SearchSpace;
import kshot.space.macro.Block.Flow;
import kshot.space.macro.Block.Scope;
import kshot.space.macro.MacroDescription.Place;

/**
 * A search space of layers one after the other, any of which may be a choice among blocks, and any number of channels a
 * choice among widths. It is read from a YAML file: see {@link MacroSpaceReader} and {@code docs/search-spaces.md}.
 *
 * <p>Widths are leading slices: a layer of width w uses the first w output channels of its slots, and the next layer the
 * first w input channels of its own. Each option of a choice has weight blocks of its own, unless the file says
 * {@code weights: shared}: see {@link Choice}.
 *
 * <p>Text form: the labels of the chosen options, in the order of the decisions. Decisions that belong to one layer are
 * joined by {@code :}, layers by {@code -}; a space with compact texts has one character for each decision and nothing
 * between them.
 */
public final class MacroSpace implements SearchSpace {
    private static final String SEPARATORS = "[-:]";
    private static final String BETWEEN_CHARACTERS = "(?<=.)(?=.)";

    private final MacroDescription description;
    private final FeatureShape input;
    private final int classes;
    private final List<Place> places;

    /** A space as described, for images and classes as described. */
    MacroSpace(MacroDescription description) {
        this(description, description.input(), description.classes());
    }

    private MacroSpace(MacroDescription description, FeatureShape input, int classes) {
        Range.atLeast(2).require("classes", classes);
        this.description = description;
        this.input = input;
        this.classes = classes;
        this.places = adaptStrides(description, input);
    }

    @Override
    public String name() {
        return description.name();
    }

    @Override
    public FeatureShape input() {
        return input;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public List<Decision> decisions() {
        return description.decisions();
    }

    /**
     * Returns this space for other images and classes. If the file sets {@code smallest_map} and the last map had fewer pixels
     * in a direction, strides are replaced by 1, the first ones first, until it has as many. Weight blocks keep their
     * names.
     *
     * @throws InvalidInputException if the images are smaller than the product of the strides, and the file does not set
     *     {@code smallest_map}
     */
    @Override
    public MacroSpace adapt(FeatureShape newInput, int newClasses) {
        return new MacroSpace(description, newInput, newClasses);
    }

    private static List<Place> adaptStrides(MacroDescription description, FeatureShape input) {
        List<Place> places = new ArrayList<>(description.places());
        int[] strides = stridesFrom(places);
        int extent = Math.min(input.height(), input.width());
        int first = 0;
        while (first < places.size() && lastExtent(extent, strides[first]) < description.smallestMap()) {
            places.set(first, places.get(first).withoutStride());
            first++;
        }
        InvalidInputException.require(
                strides[first] <= extent,
                "images of " + description.name(),
                input,
                "at least " + strides[first] + " pixels in both directions, the product of its strides; "
                        + "or set smallest_map in its file, so that small images get smaller strides");
        return List.copyOf(places);
    }

    /** For each place, and for the end, the product of the strides from there on, up to {@link Block#MAX_STRIDE}. */
    private static int[] stridesFrom(List<Place> places) {
        int[] strides = new int[places.size() + 1];
        strides[places.size()] = 1;
        for (int i = places.size() - 1; i >= 0; i--) {
            strides[i] = Block.product(
                    LongStream.of(strides[i + 1], places.get(i).block().stride()));
        }
        return strides;
    }

    /**
     * Pixels of the last map, where {@code extent} pixels come in: each stride divides them, rounding up, and so does
     * their product at once.
     */
    private static int lastExtent(int extent, int strides) {
        return (extent - 1) / strides + 1;
    }

    @Override
    public Network network(Architecture architecture) {
        require(architecture);
        return build(architecture, new BitSet(), new ArrayList<>());
    }

    /** Returns one layer for each place of the file. */
    @Override
    public List<ArchitectureLayer> layers(Architecture architecture) {
        require(architecture);
        List<Flow> flows = new ArrayList<>();
        build(architecture, new BitSet(), flows);
        List<ArchitectureLayer> layers = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            layers.add(layer(places.get(i), architecture, flows.get(i)));
        }
        return layers;
    }

    private ArchitectureLayer layer(Place place, Architecture architecture, Flow flow) {
        Block block = place.block();
        String operation = block.operation(architecture);
        String label = block instanceof Choice choice
                ? choice.labels().get(architecture.choice(choice.decision()))
                : operation;
        return new ArchitectureLayer(
                place.name(),
                operation,
                label,
                block.kernel(architecture),
                flow.x().shape(),
                flow.widest());
    }

    private Network build(Architecture architecture, BitSet read, List<Flow> flows) {
        NetworkBuilder net = new NetworkBuilder(input);
        Scope scope = new Scope(net, architecture, classes, read);
        Flow flow = new Flow(net.input(), input.channels());
        for (Place place : places) {
            flow = place.block().build(place.name(), flow, scope);
            flows.add(flow);
        }
        return net.build(flow.x(), FlopsConvention.MULTIPLY_ADDS);
    }

    @Override
    public List<Architecture> cover() {
        int[] widest = last().choices();
        int in = input.channels();
        for (Place place : places) {
            place.block().chooseWidest(in, widest);
            in = place.block().widest(in);
        }
        Set<Architecture> cover = new LinkedHashSet<>(List.of(Architecture.of(widest)));
        places.forEach(place -> place.block().branch(widest, cover));
        return List.copyOf(cover);
    }

    @Override
    public boolean isSequential() {
        return true;
    }

    /**
     * Returns a representative of the architectures with the same network: identities that do nothing stand at the end of their
     * stage, and decisions that the network does not depend on take their last option. Among the layers of a stage only
     * those after its first are looked at, as the first may change shapes.
     */
    @Override
    public Architecture canonical(Architecture architecture) {
        require(architecture);
        int[] choices = architecture.choices();
        int in = input.channels();
        for (int from = 0; from < places.size(); ) {
            int end = from + 1;
            int out = places.get(from).block().widest(in);
            if (places.get(from).isOfOneForm() && out == in) {
                while (end < places.size() && places.get(end).isOfOneForm()) {
                    end++;
                }
                moveIdentitiesToEnd(places.subList(from, end), architecture, in, choices);
            }
            from = end;
            in = out;
        }
        return lastWhereUnread(Architecture.of(choices));
    }

    /** Gives the choices of the layers that do something to the first of these layers of one form, in order. */
    private static void moveIdentitiesToEnd(List<Place> layers, Architecture architecture, int in, int[] choices) {
        List<Place> order = new ArrayList<>(layers);
        order.removeIf(layer -> layer.block().passesThrough(architecture, in));
        layers.stream()
                .filter(layer -> layer.block().passesThrough(architecture, in))
                .forEach(order::add);
        for (int i = 0; i < layers.size(); i++) {
            Place to = layers.get(i);
            for (int d = to.first(); d < to.end(); d++) {
                choices[d] = architecture.choice(order.get(i).first() + d - to.first());
            }
        }
    }

    private Architecture lastWhereUnread(Architecture architecture) {
        BitSet read = new BitSet();
        build(architecture, read, new ArrayList<>());
        int[] choices = last().choices();
        read.stream().forEach(d -> choices[d] = architecture.choice(d));
        return Architecture.of(choices);
    }

    @Override
    public String format(Architecture architecture) {
        require(architecture);
        StringBuilder text = new StringBuilder();
        for (Place place : places) {
            for (int d = place.first(); d < place.end(); d++) {
                if (d > 0 && !description.compact()) {
                    text.append(d == place.first() ? '-' : ':');
                }
                text.append(decisions().get(d).options().get(architecture.choice(d)));
            }
        }
        return text.toString();
    }

    @Override
    public Architecture parse(String text) {
        String stripped = text.strip();
        String separator = description.compact() ? BETWEEN_CHARACTERS : SEPARATORS;
        String[] tokens = stripped.isEmpty() ? new String[0] : stripped.split(separator, -1);
        List<Decision> decisions = decisions();
        int[] choices = new int[decisions.size()];
        for (int i = 0; i < Math.min(tokens.length, choices.length); i++) {
            Decision decision = decisions.get(i);
            choices[i] = decision.options().indexOf(tokens[i]);
            InvalidInputException.require(
                    choices[i] >= 0,
                    "architecture of " + name() + ", choice " + (i + 1) + " (" + decision.name() + ")",
                    "'" + tokens[i] + "'",
                    String.join(", ", decision.options()));
        }
        Architecture architecture = Architecture.of(choices);
        InvalidInputException.require(
                tokens.length == choices.length,
                "architecture of " + name(),
                "'" + stripped + "' with " + tokens.length + " choices",
                choices.length + " choices, for example " + format(last()));
        InvalidInputException.require(
                stripped.equals(format(architecture)),
                "architecture of " + name(),
                "'" + stripped + "'",
                "':' between the choices of a layer and '-' between layers: " + format(architecture));
        return architecture;
    }
}
