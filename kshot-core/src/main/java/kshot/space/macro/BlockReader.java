package kshot.space.macro;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.network.Layer.Activation.Function;
import kshot.network.Layer.Pool;
import kshot.space.Architecture;
import kshot.space.yaml.Settings;
import kshot.space.yaml.YamlNode;
import org.jspecify.annotations.Nullable;

/** The vocabulary of blocks: reads a {@link Block} from YAML, with the decisions that it opens. */
final class BlockReader {
    /** Largest stride of a block. */
    static final int MAX_STRIDE = 16;

    static final String GLOBAL_POOL = "global_pool";
    static final String LINEAR = "linear";
    private static final String CHOICE = "choice";

    private static final List<String> UNLABELLED =
            List.of("conv", "separable", "inverted_residual", "residual", "identity", "max_pool", "average_pool");

    /** The kinds that may stand anywhere. */
    static final List<String> BLOCKS = with(UNLABELLED, CHOICE);

    /** The kinds that may stand in the head. */
    static final List<String> HEAD = with(BLOCKS, GLOBAL_POOL, LINEAR);

    private static final int MAX_BLOCKS = 5_000;
    private static final int MAX_KERNEL = 31;
    private static final int MAX_EXPANSION = 64;
    private static final int DEFAULT_KERNEL = 3;
    private static final int DEFAULT_EXPANSION = 6;
    private static final int DEFAULT_REDUCTION = 4;
    private static final List<String> ACTIVATIONS = List.of("relu", "relu6", "hswish", "none");
    private static final Architecture NOTHING_CHOSEN = Architecture.of();

    /** Settings whose list of values stands for as many options, where an option has no label. */
    private static final List<String> ALTERNATIVES = List.of("kernel", "expansion", "squeeze_excite", "skip");

    /** A width that is read when it is first asked for, so that decisions come in the order of use. */
    final class LayerWidth {
        private final @Nullable YamlNode node;
        private final String decision;
        private @Nullable Width width;

        private LayerWidth(@Nullable YamlNode node, String decision) {
            this.node = node;
            this.decision = decision;
        }

        boolean isUsed() {
            return width != null;
        }

        @Nullable
        Width get() {
            if (width == null && node != null) {
                width = decisions.width(node, decision);
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
    record Position(String name, int stride, LayerWidth out) {
        Position inside(String part) {
            return new Position(name + "." + part, stride, out);
        }

        Position withoutStride() {
            return new Position(name, 1, out);
        }
    }

    private final DecisionReader decisions;
    private final @Nullable Function activation;
    private final boolean sharedWeights;
    private int blocks;

    /**
     * Creates a reader.
     *
     * @param decisions receives the decisions
     * @param activation of blocks that state none; null for the identity
     * @param sharedWeights whether options of a choice share the weights that fit
     */
    BlockReader(DecisionReader decisions, @Nullable Function activation, boolean sharedWeights) {
        this.decisions = decisions;
        this.activation = activation;
        this.sharedWeights = sharedWeights;
    }

    /** Returns the place of a block outside of stages. */
    Position position(String name) {
        return new Position(name, 1, width(null, name));
    }

    /** Returns the width that a stage gives to a layer, and the name of its decision; null where it gives none. */
    LayerWidth width(@Nullable YamlNode out, String decision) {
        return new LayerWidth(out, decision);
    }

    /** Returns the kind of a block, one of those allowed, and its settings. */
    static Map.Entry<String, YamlNode> kind(YamlNode node, List<String> kinds) {
        Map.Entry<String, YamlNode> entry = node.single("block", kinds);
        if (!kinds.contains(entry.getKey())) {
            throw node.error(YamlNode.unknown("block", entry.getKey(), kinds));
        }
        return entry;
    }

    /** Reads a block of one of the kinds allowed. */
    Block block(YamlNode node, Position position, List<String> kinds) {
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
                residual(
                        body.settings(
                                kind, "out", "kernel", "stride", "hidden", "squeeze_excite", "skip", "activation"),
                        position);
            case "identity" -> identity(body.settings(kind, "out", "stride"), position);
            case "max_pool" -> pooling(Pool.Kind.MAXIMUM, body.settings(kind, "out", "kernel", "stride"), position);
            case "average_pool" -> pooling(Pool.Kind.AVERAGE, body.settings(kind, "out", "kernel", "stride"), position);
            case CHOICE -> choice(body, position);
            case GLOBAL_POOL -> {
                body.requireNothing(kind);
                yield new GlobalPool();
            }
            case LINEAR -> {
                body.requireNothing(kind);
                yield new Linear();
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
        return new Conv(
                needOut(settings, position), kernel(settings), stride(settings, position), activation(settings));
    }

    private Block separable(Settings settings, Position position) {
        return new Separable(
                needOut(settings, position), kernel(settings), stride(settings, position), activation(settings));
    }

    private Block invertedResidual(Settings settings, Position position) {
        if (settings.get("hidden") != null && settings.get("expansion") != null) {
            throw settings.node().error("inverted_residual has either a hidden width or an expansion");
        }
        Width hidden = hidden(settings, position);
        return new InvertedResidual(
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
        return new Residual(
                out(settings, position),
                kernel(settings),
                stride(settings, position),
                hidden,
                squeezeExcite(settings.get("squeeze_excite")),
                settings.bool("skip", true),
                activation(settings));
    }

    private Block identity(Settings settings, Position position) {
        return new Identity(out(settings, position), stride(settings, position));
    }

    private Block pooling(Pool.Kind kind, Settings settings, Position position) {
        return new Pooling(
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
        return activation(settings, activation);
    }

    /** Reads an activation, null for the identity. */
    static @Nullable Function activation(Settings settings, @Nullable Function otherwise) {
        YamlNode node = settings.get("activation");
        if (node == null) {
            return otherwise;
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
                settings.integer("reduction", 1, DecisionReader.MAX_CHANNELS, DEFAULT_REDUCTION),
                gate.equals("sigmoid") ? Function.SIGMOID : Function.HSIGMOID);
    }

    private Block choice(YamlNode node, Position position) {
        int decision = decisions.open(node, position.name);
        Map<String, Block> options = node.isList() ? unlabelled(node, position) : labelled(node, position);
        List<String> labels = List.copyOf(options.keySet());
        decisions.close(decision, labels);
        return new Choice(decision, labels, List.copyOf(options.values()), sharedWeights);
    }

    private Map<String, Block> labelled(YamlNode node, Position position) {
        Map<String, Block> options = new LinkedHashMap<>();
        node.entriesOf(CHOICE).forEach((label, option) -> {
            decisions.requireLabel(node, label);
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
        return new Sequence(sequence);
    }

    private Map<String, Block> unlabelled(YamlNode node, Position position) {
        Map<String, Block> options = new LinkedHashMap<>();
        for (YamlNode item : node.itemsOf(CHOICE)) {
            for (YamlNode variant : variants(item)) {
                Block block = block(variant, position.inside("" + (options.size() + 1)), UNLABELLED);
                String label = block.operation(NOTHING_CHOSEN);
                decisions.requireLabel(variant, label);
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

    private @Nullable Width out(Settings settings, Position position) {
        YamlNode own = settings.get("out");
        return own == null ? position.out.get() : decisions.width(own, position.name + ".out");
    }

    private Width needOut(Settings settings, Position position) {
        Width out = out(settings, position);
        return out == null ? decisions.width(settings.need("out"), position.name + ".out") : out;
    }

    private @Nullable Width hidden(Settings settings, Position position) {
        YamlNode hidden = settings.get("hidden");
        return hidden == null ? null : decisions.width(hidden, position.name + ".hidden");
    }

    static List<String> with(List<String> some, String... others) {
        List<String> all = new ArrayList<>(some);
        all.addAll(List.of(others));
        return List.copyOf(all);
    }
}
