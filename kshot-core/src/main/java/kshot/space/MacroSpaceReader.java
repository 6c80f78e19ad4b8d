package kshot.space;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kshot.common.InvalidInputException;
import kshot.common.TextFile;
import kshot.network.FeatureShape;
import kshot.network.Layer.Activation.Function;
import kshot.network.Layer.Pool;
import kshot.space.Block.SqueezeExcite;
import kshot.space.MacroDescription.Place;
import kshot.space.yaml.Settings;
import kshot.space.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link MacroSpace} from YAML. {@code docs/search-spaces.md} is the reference of the form. Every error names
 * file, line, value and what is allowed.
 *
 * <p>Stages and repetitions are written out while reading: each repetition reads the same YAML again and so gets decisions
 * of its own; only named widths are shared.
 */
public final class MacroSpaceReader {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_BLOCKS = 5_000;
    private static final int MAX_WIDTHS = 100_000;
    private static final int MAX_CHANNELS = 65_536;
    private static final int MAX_EXTENT = 4_096;
    private static final int MAX_KERNEL = 31;
    private static final int MAX_STRIDE = 16;
    private static final int MAX_EXPANSION = 64;
    private static final int MAX_TIMES = 1_000;
    private static final int DEFAULT_KERNEL = 3;
    private static final int DEFAULT_EXPANSION = 6;
    private static final int DEFAULT_REDUCTION = 4;
    private static final String NAME = "[A-Za-z0-9._-]+";
    private static final String LABEL = "[A-Za-z0-9._]{1,64}";

    private static final String STAGE = "stage";
    private static final String REPEAT = "repeat";
    private static final String CHOICE = "choice";
    private static final String GLOBAL_POOL = "global_pool";
    private static final String LINEAR = "linear";

    private static final List<String> UNLABELLED =
            List.of("conv", "separable", "inverted_residual", "residual", "identity", "max_pool", "average_pool");
    private static final List<String> BLOCKS = with(UNLABELLED, CHOICE);
    private static final List<String> LAYERS = with(BLOCKS, STAGE, REPEAT);
    private static final List<String> HEAD = with(BLOCKS, GLOBAL_POOL, LINEAR);

    private static final List<String> ACTIVATIONS = List.of("relu", "relu6", "hswish", "none");
    private static final Architecture NOTHING_CHOSEN = Architecture.of();

    /** Settings whose list of values stands for as many options, where an option has no label. */
    private static final List<String> ALTERNATIVES = List.of("kernel", "expansion", "squeeze_excite", "skip");

    /** A width that is read when it is first asked for, so that decisions come in the order of use. */
    private final class LayerWidth {
        private final @Nullable YamlNode node;
        private final String decision;
        private @Nullable Width width;

        LayerWidth(@Nullable YamlNode node, String decision) {
            this.node = node;
            this.decision = decision;
        }

        @Nullable
        Width get() {
            if (width == null && node != null) {
                width = width(node, decision);
            }
            return width;
        }
    }

    /**
     * The place of a block.
     *
     * @param name for the names of decisions
     * @param stride what the stage gives, unless the block says otherwise
     * @param out what the stage gives, unless the block says otherwise
     */
    private record Position(String name, int stride, LayerWidth out) {
        Position inside(String part) {
            return new Position(name + "." + part, stride, out);
        }

        Position withoutStride() {
            return new Position(name, 1, out);
        }
    }

    private final List<Decision> decisions = new ArrayList<>();
    private final Set<String> decisionNames = new HashSet<>();
    private final List<Place> places = new ArrayList<>();
    private final Map<String, YamlNode> named = new LinkedHashMap<>();
    private final Map<String, Width> tied = new HashMap<>();
    private @Nullable Function activation = Function.RELU;
    private boolean compact;
    private boolean sharedWeights;
    private int blocks;
    private int widths;

    private MacroSpaceReader() {}

    /** Reads a file. */
    public static MacroSpace read(Path file) {
        InvalidInputException.require(Files.isRegularFile(file), "search space", file, "a YAML file that exists");
        return read(file.toString(), TextFile.read(file.toString(), file, MAX_BYTES));
    }

    /**
     * Reads a text.
     *
     * @param source what errors call it
     * @param yaml the text
     */
    public static MacroSpace read(String source, String yaml) {
        return read(YamlNode.parse(source, yaml));
    }

    static MacroSpace read(YamlNode root) {
        return new MacroSpaceReader().space(root);
    }

    private MacroSpace space(YamlNode root) {
        Settings settings = root.settings(
                "a search space",
                "name",
                "input",
                "classes",
                "text",
                "smallest_map",
                "activation",
                "weights",
                "widths",
                "stem",
                "layers",
                "head");
        String name = name(settings.need("name"));
        FeatureShape input = input(settings.need("input"));
        int classes = settings.integer("classes", 2, MAX_CHANNELS);
        int smallestMap = settings.integer("smallest_map", 1, MAX_EXTENT, 0);
        compact = settings.oneOf("text", List.of("words", "compact"), "words").equals("compact");
        activation = activation(settings);
        sharedWeights =
                settings.oneOf("weights", List.of("own", "shared"), "own").equals("shared");
        YamlNode widths = settings.get("widths");
        if (widths != null) {
            named.putAll(widths.entriesOf("widths"));
        }
        YamlNode stem = settings.get("stem");
        if (stem != null) {
            listed(stem.itemsOf("stem"), "stem", BLOCKS);
        }
        layers(settings.need("layers").itemsOf("layers"), "");
        head(settings.need("head"));
        requireUse();
        return new MacroSpace(new MacroDescription(name, input, classes, compact, smallestMap, decisions, places));
    }

    private static String name(YamlNode node) {
        if (!node.text().matches(NAME)) {
            throw node.error("name", "letters, digits, '.', '_' and '-'");
        }
        return node.text();
    }

    private static FeatureShape input(YamlNode node) {
        Settings settings = node.settings("input", "channels", "size", "height", "width");
        int channels = settings.integer("channels", 1, MAX_CHANNELS);
        if (settings.get("size") != null) {
            if (settings.get("height") != null || settings.get("width") != null) {
                throw node.error("input has either a size, or a height and a width");
            }
            int size = settings.integer("size", 1, MAX_EXTENT);
            return new FeatureShape(channels, size, size);
        }
        return new FeatureShape(
                channels, settings.integer("height", 1, MAX_EXTENT), settings.integer("width", 1, MAX_EXTENT));
    }

    private void requireUse() {
        named.forEach((name, node) -> {
            if (!tied.containsKey(name)) {
                throw node.error("the width " + name + " is not used anywhere");
            }
        });
    }

    /** Places that are called after their list and what they are. */
    private void listed(List<YamlNode> items, String list, List<String> kinds) {
        Map<String, Integer> counts = new HashMap<>();
        for (YamlNode item : items) {
            String kind = kind(item, kinds).getKey();
            int count = counts.merge(kind, 1, Integer::sum);
            String name = items.size() == 1 ? list : list + "." + kind + (count > 1 ? count : "");
            place(item, new Position(name, 1, new LayerWidth(null, name)), kinds, false);
        }
    }

    private void head(YamlNode head) {
        List<YamlNode> items = head.itemsOf("head");
        List<String> kinds =
                items.stream().map(item -> kind(item, HEAD).getKey()).toList();
        boolean ends = kinds.indexOf(LINEAR) == kinds.size() - 1;
        boolean pools = kinds.stream().filter(GLOBAL_POOL::equals).count() == 1;
        if (!ends || !pools) {
            throw head.error("head: " + kinds
                    + " is not allowed; allowed: blocks among which is one global_pool, and linear as the last");
        }
        listed(items, "head", HEAD);
    }

    /** The list {@code layers}, and that of a repetition: each kind of item is numbered for itself. */
    private void layers(List<YamlNode> items, String prefix) {
        Map<String, Integer> counts = new HashMap<>();
        for (YamlNode item : items) {
            Map.Entry<String, YamlNode> entry = kind(item, LAYERS);
            String kind = entry.getKey().equals(STAGE) || entry.getKey().equals(REPEAT) ? entry.getKey() : "layer";
            String name = prefix + kind + counts.merge(kind, 1, Integer::sum);
            switch (kind) {
                case STAGE -> stage(entry.getValue(), name);
                case REPEAT -> repeat(entry.getValue(), name);
                default -> place(item, new Position(name, 1, new LayerWidth(null, name)), BLOCKS, false);
            }
        }
    }

    private void stage(YamlNode node, String name) {
        Settings settings = node.settings(STAGE, "out", "stride", "depth", "block");
        int stride = settings.integer("stride", 1, MAX_STRIDE, 1);
        int depth = settings.integer("depth", 1, MAX_TIMES);
        YamlNode block = settings.need("block");
        YamlNode out = settings.get("out");
        for (int i = 1; i <= depth; i++) {
            String layer = name + ".layer" + i;
            LayerWidth width = new LayerWidth(out, layer + ".out");
            place(block, new Position(layer, i == 1 ? stride : 1, width), BLOCKS, i > 1);
            if (out != null && width.width == null) {
                throw out.error("out of " + STAGE + ": no block of the stage uses it");
            }
        }
    }

    private void repeat(YamlNode node, String name) {
        Settings settings = node.settings(REPEAT, "times", "of");
        int times = settings.integer("times", 1, MAX_TIMES);
        List<YamlNode> items = settings.need("of").itemsOf("of");
        for (int i = 1; i <= times; i++) {
            layers(items, name + ".round" + i + ".");
        }
    }

    private void place(YamlNode node, Position position, List<String> kinds, boolean repeats) {
        int first = decisions.size();
        Block block = block(node, position, kinds);
        places.add(new Place(position.name, block, first, decisions.size(), repeats));
    }

    private static Map.Entry<String, YamlNode> kind(YamlNode node, List<String> kinds) {
        Map.Entry<String, YamlNode> entry = node.single("block", kinds);
        if (!kinds.contains(entry.getKey())) {
            throw node.error(YamlNode.unknown("block", entry.getKey(), kinds));
        }
        return entry;
    }

    private Block block(YamlNode node, Position position, List<String> kinds) {
        Map.Entry<String, YamlNode> entry = kind(node, kinds);
        requireBlocks(node, ++blocks);
        String kind = entry.getKey();
        YamlNode body = entry.getValue();
        return switch (kind) {
            case "conv" -> conv(body.settings(kind, "out", "kernel", "stride", "activation"), position);
            case "separable" -> separable(body.settings(kind, "out", "kernel", "stride", "activation"), position);
            case "inverted_residual" ->
                invertedResidual(
                        body.settings(
                                kind, "out", "kernel", "stride", "expansion", "hidden", "squeeze_excite", "activation"),
                        position);
            case "residual" ->
                residual(body.settings(kind, "out", "kernel", "stride", "hidden", "skip", "activation"), position);
            case "identity" -> identity(body.settings(kind, "out", "stride"), position);
            case "max_pool" -> pooling(Pool.Kind.MAXIMUM, body.settings(kind, "out", "kernel", "stride"), position);
            case "average_pool" -> pooling(Pool.Kind.AVERAGE, body.settings(kind, "out", "kernel", "stride"), position);
            case CHOICE -> choice(body, position);
            case GLOBAL_POOL -> {
                body.requireNothing(kind);
                yield new Block.GlobalPool();
            }
            case LINEAR -> {
                body.requireNothing(kind);
                yield new Block.Linear();
            }
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static void requireBlocks(YamlNode node, long count) {
        if (count > MAX_BLOCKS) {
            throw node.error("more than " + MAX_BLOCKS + " blocks when all repetitions are written out");
        }
    }

    private Block conv(Settings settings, Position position) {
        return new Block.Conv(
                needOut(settings, position), kernel(settings), stride(settings, position), activation(settings));
    }

    private Block separable(Settings settings, Position position) {
        return new Block.Separable(
                needOut(settings, position), kernel(settings), stride(settings, position), activation(settings));
    }

    private Block invertedResidual(Settings settings, Position position) {
        if (settings.get("hidden") != null && settings.get("expansion") != null) {
            throw settings.node().error("inverted_residual has either a hidden width or an expansion");
        }
        Width hidden = hidden(settings, position);
        return new Block.InvertedResidual(
                out(settings, position),
                kernel(settings),
                stride(settings, position),
                hidden,
                settings.integer("expansion", 1, MAX_EXPANSION, DEFAULT_EXPANSION),
                squeezeExcite(settings.get("squeeze_excite")),
                activation(settings));
    }

    private Block residual(Settings settings, Position position) {
        Width hidden = hidden(settings, position);
        return new Block.Residual(
                out(settings, position),
                kernel(settings),
                stride(settings, position),
                hidden,
                settings.bool("skip", true),
                activation(settings));
    }

    private Block identity(Settings settings, Position position) {
        return new Block.Identity(out(settings, position), stride(settings, position));
    }

    private Block pooling(Pool.Kind kind, Settings settings, Position position) {
        return new Block.Pooling(
                kind,
                out(settings, position),
                settings.integer("kernel", 1, MAX_KERNEL, DEFAULT_KERNEL),
                stride(settings, position));
    }

    private static int kernel(Settings settings) {
        int kernel = settings.integer("kernel", 1, MAX_KERNEL, DEFAULT_KERNEL);
        if (kernel % 2 == 0) {
            throw settings.need("kernel").error("kernel", "an odd integer from 1 to " + MAX_KERNEL);
        }
        return kernel;
    }

    private static int stride(Settings settings, Position position) {
        return settings.integer("stride", 1, MAX_STRIDE, position.stride);
    }

    private @Nullable Function activation(Settings settings) {
        YamlNode node = settings.get("activation");
        if (node == null) {
            return activation;
        }
        return switch (node.oneOf("activation", ACTIVATIONS)) {
            case "relu" -> Function.RELU;
            case "relu6" -> Function.RELU6;
            case "hswish" -> Function.HSWISH;
            default -> null;
        };
    }

    private static @Nullable SqueezeExcite squeezeExcite(@Nullable YamlNode node) {
        if (node == null) {
            return null;
        }
        if (node.isScalar()) {
            return node.bool("squeeze_excite") ? new SqueezeExcite(DEFAULT_REDUCTION, Function.HSIGMOID) : null;
        }
        Settings settings = node.settings("squeeze_excite", "reduction", "gate");
        String gate = settings.oneOf("gate", List.of("hsigmoid", "sigmoid"), "hsigmoid");
        return new SqueezeExcite(
                settings.integer("reduction", 1, MAX_CHANNELS, DEFAULT_REDUCTION),
                gate.equals("sigmoid") ? Function.SIGMOID : Function.HSIGMOID);
    }

    private Block choice(YamlNode node, Position position) {
        int decision = decisions.size();
        // Keeps the place before the decisions inside of the options, until the labels are known.
        decide(node, Decision.operation(position.name, List.of("open")));
        Map<String, Block> options = node.isList() ? unlabelled(node, position) : labelled(node, position);
        List<String> labels = List.copyOf(options.keySet());
        decisions.set(decision, Decision.operation(position.name, labels));
        return new Block.Choice(decision, labels, List.copyOf(options.values()), sharedWeights);
    }

    private Map<String, Block> labelled(YamlNode node, Position position) {
        Map<String, Block> options = new LinkedHashMap<>();
        node.entriesOf(CHOICE).forEach((label, option) -> {
            requireLabel(node, label);
            options.put(label, option(option, position.inside(label)));
        });
        return options;
    }

    private Block option(YamlNode node, Position position) {
        if (!node.isList()) {
            return block(node, position, BLOCKS);
        }
        List<Block> sequence = new ArrayList<>();
        Position next = position;
        for (YamlNode item : node.itemsOf("option")) {
            sequence.add(block(item, next.inside("" + (sequence.size() + 1)), BLOCKS));
            next = position.withoutStride();
        }
        return new Block.Sequence(sequence);
    }

    private Map<String, Block> unlabelled(YamlNode node, Position position) {
        Map<String, Block> options = new LinkedHashMap<>();
        for (YamlNode item : node.itemsOf(CHOICE)) {
            for (YamlNode variant : variants(item)) {
                Block block = block(variant, position.inside("" + (options.size() + 1)), UNLABELLED);
                String label = block.operation(NOTHING_CHOSEN);
                requireLabel(variant, label);
                if (options.put(label, block) != null) {
                    throw variant.error("two options are called " + label
                            + "; write the choice as a mapping, which gives each option a label");
                }
            }
        }
        return options;
    }

    /** A block for each combination of the values that are lists, the last list running fastest. */
    private static List<YamlNode> variants(YamlNode option) {
        if (!option.isMapping()) {
            return List.of(option);
        }
        Map.Entry<String, YamlNode> block = kind(option, UNLABELLED);
        List<YamlNode> bodies = List.of(block.getValue());
        for (Map.Entry<String, YamlNode> setting : block.getValue().entries().entrySet()) {
            if (ALTERNATIVES.contains(setting.getKey()) && setting.getValue().isList()) {
                List<YamlNode> values = setting.getValue().itemsOf(setting.getKey());
                requireBlocks(option, (long) bodies.size() * values.size());
                bodies = bodies.stream()
                        .flatMap(body -> values.stream().map(value -> body.with(setting.getKey(), value)))
                        .toList();
            }
        }
        return bodies.stream().map(body -> option.with(block.getKey(), body)).toList();
    }

    private void requireLabel(YamlNode node, String label) {
        if (compact && label.length() != 1) {
            throw node.error("label '" + label + "' is not allowed; allowed: one character, as text is compact");
        }
        if (!label.matches(LABEL)) {
            throw node.error("label '" + label + "' is not allowed; allowed: up to 64 letters, digits, '.' and '_'");
        }
    }

    private @Nullable Width out(Settings settings, Position position) {
        YamlNode own = settings.get("out");
        return own == null ? position.out.get() : width(own, position.name + ".out");
    }

    private Width needOut(Settings settings, Position position) {
        Width out = out(settings, position);
        return out == null ? width(settings.need("out"), position.name + ".out") : out;
    }

    private @Nullable Width hidden(Settings settings, Position position) {
        YamlNode hidden = settings.get("hidden");
        return hidden == null ? null : width(hidden, position.name + ".hidden");
    }

    /** A width: a number, a name, or options; options that have no name are a decision of their own each time. */
    private Width width(YamlNode node, String decision) {
        if (!node.isScalar()) {
            return open(node, decision);
        }
        YamlNode definition = named.get(node.text());
        if (definition == null) {
            return number(node);
        }
        Width width = tied.get(node.text());
        if (width == null) {
            width = definition.isScalar() ? number(definition) : open(definition, node.text());
            tied.put(node.text(), width);
        }
        return width;
    }

    private Width number(YamlNode node) {
        if (!node.text().matches("-?[0-9]+") && !named.isEmpty()) {
            throw node.error(YamlNode.unknown(
                    "width", node.text(), with(List.copyOf(named.keySet()), "a number", "a list", "a mapping")));
        }
        return Width.of(node.integer("width", 1, MAX_CHANNELS));
    }

    private Width open(YamlNode node, String decision) {
        Map<String, Integer> options = widthOptions(node);
        List<Integer> channels = List.copyOf(options.values());
        for (int i = 1; i < channels.size(); i++) {
            if (channels.get(i) <= channels.get(i - 1)) {
                throw node.error("widths: " + channels + " is not allowed; allowed: ascending numbers of channels");
            }
        }
        options.keySet().forEach(label -> requireLabel(node, label));
        widths += options.size();
        if (widths > MAX_WIDTHS) {
            throw node.error("more than " + MAX_WIDTHS + " options of widths when all repetitions are written out");
        }
        decide(node, Decision.width(decision, List.copyOf(options.keySet()), channels));
        return new Width(decisions.size() - 1, channels);
    }

    private static Map<String, Integer> widthOptions(YamlNode node) {
        Map<String, Integer> options = new LinkedHashMap<>();
        if (node.isList()) {
            for (YamlNode item : node.itemsOf("widths")) {
                option(node, options, item.integer("width", 1, MAX_CHANNELS));
            }
        } else if (node.entries().containsKey("of")) {
            Settings settings = node.settings("width", "of", "ratios");
            int of = settings.integer("of", 1, MAX_CHANNELS);
            for (YamlNode ratio : settings.need("ratios").itemsOf("ratios")) {
                option(node, options, Math.max(1, (int) Math.round(of * ratio.ratio("ratio"))));
            }
        } else {
            node.entriesOf("width")
                    .forEach((label, channels) -> options.put(label, channels.integer("width", 1, MAX_CHANNELS)));
        }
        return options;
    }

    private static void option(YamlNode node, Map<String, Integer> options, int channels) {
        if (options.put("" + channels, channels) != null) {
            throw node.error("two of the widths are " + channels + " channels");
        }
    }

    private void decide(YamlNode node, Decision decision) {
        if (!decisionNames.add(decision.name())) {
            throw node.error("two decisions are called " + decision.name() + "; rename the width of that name");
        }
        decisions.add(decision);
    }

    private static List<String> with(List<String> some, String... others) {
        List<String> all = new ArrayList<>(some);
        all.addAll(List.of(others));
        return List.copyOf(all);
    }
}
