package kshot.space.macro;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kshot.space.Decision;
import kshot.space.yaml.Settings;
import kshot.space.yaml.YamlNode;

/**
 * The decisions of a space that is read from YAML: those of operations, which {@link BlockReader} opens, and those of widths. They come
 * in the order in which they are first used.
 */
final class DecisionReader {
    static final int MAX_CHANNELS = 65_536;

    private static final int MAX_WIDTHS = 100_000;
    private static final String LABEL = "[A-Za-z0-9._]{1,64}";

    private final Map<String, YamlNode> named;
    private final boolean compact;
    private final List<Decision> decisions = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, Width> tied = new HashMap<>();
    private int widths;

    /**
     * Creates a reader that has met no decision yet.
     *
     * @param named the widths with names
     * @param compact whether labels are one character
     */
    DecisionReader(Map<String, YamlNode> named, boolean compact) {
        this.named = new LinkedHashMap<>(named);
        this.compact = compact;
    }

    /** Returns the decisions so far. */
    List<Decision> decisions() {
        return List.copyOf(decisions);
    }

    /** Returns how many decisions there are so far. */
    int count() {
        return decisions.size();
    }

    /**
     * Opens a decision among operations whose labels are not known yet: it stands before those inside of its options.
     *
     * @param node where errors are
     * @return its index
     */
    int open(YamlNode node, String name) {
        decide(node, Decision.operation(name, List.of("open")));
        return decisions.size() - 1;
    }

    /** Gives the labels of an open decision. */
    void close(int decision, List<String> labels) {
        decisions.set(decision, Decision.operation(decisions.get(decision).name(), labels));
    }

    /** Requires that each of the named widths was used. */
    void requireUse() {
        named.forEach((name, node) -> {
            if (!tied.containsKey(name)) {
                throw node.error("the width " + name + " is not used anywhere");
            }
        });
    }

    /** Requires that a label of an option is one. */
    void requireLabel(YamlNode node, String label) {
        if (compact && label.length() != 1) {
            throw node.error("label '" + label + "' is not allowed; allowed: one character, as text is compact");
        }
        if (!label.matches(LABEL)) {
            throw node.error("label '" + label + "' is not allowed; allowed: up to 64 letters, digits, '.' and '_'");
        }
    }

    /** A width: a number, a name, or options; options that have no name are a decision of their own each time. */
    Width width(YamlNode node, String decision) {
        if (!node.isScalar()) {
            return options(node, decision);
        }
        YamlNode definition = named.get(node.text());
        if (definition == null) {
            return number(node);
        }
        Width width = tied.get(node.text());
        if (width == null) {
            width = definition.isScalar() ? number(definition) : options(definition, node.text());
            tied.put(node.text(), width);
        }
        return width;
    }

    private Width number(YamlNode node) {
        if (!node.text().matches("-?[0-9]+") && !named.isEmpty()) {
            throw node.error(YamlNode.unknown(
                    "width",
                    node.text(),
                    Stream.concat(named.keySet().stream(), Stream.of("a number", "a list", "a mapping"))
                            .toList()));
        }
        return Width.of(node.integer("width", 1, MAX_CHANNELS));
    }

    private Width options(YamlNode node, String decision) {
        Map<String, Integer> options = labelled(node);
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

    private static Map<String, Integer> labelled(YamlNode node) {
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
        if (!names.add(decision.name())) {
            throw node.error("two decisions are called " + decision.name() + "; rename the width of that name");
        }
        decisions.add(decision);
    }
}
