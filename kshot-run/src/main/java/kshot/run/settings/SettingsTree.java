package kshot.run.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.common.Preset;
import kshot.common.TextFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Settings as a tree of names, while they are put together: a preset, then what the user said. A setting that the preset
 * {@code quick} does not have does not exist.
 */
public final class SettingsTree {
    /** Names of the presets. */
    public static final List<String> PRESETS = Arrays.stream(Preset.values())
            .map(preset -> preset.name().toLowerCase(Locale.ROOT))
            .toList();

    /** The word for a value that is to be found. */
    public static final String AUTO = "auto";

    /** The word for no limit. */
    public static final String NONE = "none";

    private static final int MAX_BYTES = 1 << 20;

    private static final YAMLMapper YAML = SettingsMapper.YAML;

    private final ObjectNode root;

    private SettingsTree(ObjectNode root) {
        this.root = root;
    }

    /**
     * Returns the settings of a preset, for one search space.
     *
     * @param preset one of {@link #PRESETS}
     * @param space name of the space, for which a preset may say other things
     */
    public static SettingsTree preset(String preset, String space) {
        InvalidInputException.require(PRESETS.contains(preset), "preset", "'" + preset + "'", "" + PRESETS);
        return new SettingsTree(SettingsMapper.tree(Preset.valueOf(preset.toUpperCase(Locale.ROOT)), space));
    }

    /** Returns the settings of a finished {@code config.yaml}. */
    public static SettingsTree read(Path file) {
        SettingsTree tree = new SettingsTree(SettingsMapper.tree(Preset.QUICK, ""));
        tree.overlay(file);
        return tree;
    }

    /** Returns settings that were kept as nested maps; see {@link #toMap}. */
    public static SettingsTree of(Map<String, Object> map) {
        return new SettingsTree(YAML.valueToTree(map));
    }

    /** Returns a copy that can be changed on its own. */
    public SettingsTree copy() {
        return new SettingsTree(root.deepCopy());
    }

    /** Lays a user's file over the settings. */
    public void overlay(Path file) {
        JsonNode node = parse("settings " + file, TextFile.read("settings " + file, file, MAX_BYTES));
        InvalidInputException.require(
                node instanceof ObjectNode,
                "settings " + file,
                "a " + SettingsMapper.kind(node),
                "names with values, as in a preset");
        ((ObjectNode) node).remove("versions");
        check(root, (ObjectNode) node, "", file + ": ");
        merge(root, (ObjectNode) node);
    }

    private static JsonNode parse(String source, String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (JacksonException e) {
            String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            String problem = e.getOriginalMessage().replaceAll("\\s+", " ").strip();
            throw new InvalidInputException(source + line + ": not YAML (" + problem + ")", e);
        }
    }

    /**
     * Sets one value.
     *
     * @param path for example {@code supernet.epochs}
     * @param value as YAML
     */
    public void set(String path, String value) {
        ObjectNode overlay = YAML.createObjectNode();
        ObjectNode place = overlay;
        List<String> names = List.of(path.split("\\.", -1));
        for (String name : names.subList(0, names.size() - 1)) {
            place = place.putObject(name);
        }
        JsonNode node = value.isEmpty() ? YAML.getNodeFactory().stringNode("") : parse(path, value);
        place.set(names.get(names.size() - 1), node);
        check(root, overlay, "", "");
        merge(root, overlay);
    }

    /** Sets one value if there is one. */
    public void setIfPresent(String path, @Nullable Object value) {
        if (value != null) {
            set(path, value.toString());
        }
    }

    /** Sets one value to a word, taken as it stands, if there is one. */
    public void setText(String path, @Nullable String value) {
        if (value != null) {
            set(path, YAML.writeValueAsString(value));
        }
    }

    /** Returns the value at a path as text; null where it is null. */
    public @Nullable String text(String path) {
        JsonNode node = SettingsMapper.at(root, path);
        return node.isNull() ? null : node.asString();
    }

    /**
     * Returns the value of a setting that has to have one, as text.
     *
     * @throws InvalidInputException if it is null
     */
    public String required(String path) {
        String text = text(path);
        if (text == null) {
            throw InvalidInputException.of(path, "null", "a value");
        }
        return text;
    }

    /**
     * Refuses other settings that say otherwise. A word that stands for a number to be found, and 0 threads, leave open
     * what is found.
     *
     * @param here what these settings are, for the message: {@code given}
     * @param there what the other ones are: {@code in the run}
     * @throws InvalidInputException that names all settings that differ, with both values
     */
    public void requireAgreement(SettingsTree other, String here, String there) {
        List<String> differences = new ArrayList<>();
        differences(
                root,
                other.root,
                "",
                (name, value, otherValue) -> differences.add(
                        name + " is " + text(value) + " " + here + ", " + text(otherValue) + " " + there));
        if (!differences.isEmpty()) {
            throw new InvalidInputException("settings that differ: " + String.join("; ", differences));
        }
    }

    private interface DifferenceListener {
        void differs(String name, JsonNode here, JsonNode other);
    }

    private static void differences(ObjectNode here, ObjectNode other, String prefix, DifferenceListener listener) {
        for (Map.Entry<String, JsonNode> entry : here.properties()) {
            String path = prefix + entry.getKey();
            JsonNode otherNode = other.path(entry.getKey());
            if (entry.getValue() instanceof ObjectNode group && otherNode instanceof ObjectNode otherGroup) {
                differences(group, otherGroup, path + ".", listener);
            } else if (!isLeftOpen(path, entry.getValue()) && !agree(entry.getValue(), otherNode)) {
                listener.differs(path, entry.getValue(), otherNode);
            }
        }
    }

    private static boolean isLeftOpen(String path, JsonNode node) {
        return switch (path) {
            case "threads" -> node.asInt(-1) == 0;
            case "data.source" -> true; // images may be moved: their fingerprint tells whether they are the same
            default -> node.isString() && node.asString().equals(AUTO);
        };
    }

    private static boolean agree(JsonNode here, JsonNode other) {
        if (here.isNumber() && other.isNumber()) {
            return here.decimalValue().compareTo(other.decimalValue()) == 0;
        }
        return text(here).equals(text(other));
    }

    /** Returns a value as text; a missing one and null as the word that a user may write for them. */
    private static String text(JsonNode node) {
        if (node.isNull() || node.isMissingNode()) {
            return NONE;
        }
        if (node instanceof ArrayNode list) {
            return list.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
        }
        return node.isObject() ? node.toString() : node.asString();
    }

    private static void check(ObjectNode known, ObjectNode given, String prefix, String source) {
        for (Map.Entry<String, JsonNode> entry : given.properties()) {
            String path = prefix + entry.getKey();
            JsonNode now = known.get(entry.getKey());
            if (now == null) {
                throw InvalidInputException.of(
                        source + "setting",
                        "'" + path + "'",
                        (prefix.isEmpty() ? "" : "in " + prefix + " ") + new TreeSet<>(known.propertyNames()));
            }
            if (now instanceof ObjectNode group) {
                InvalidInputException.require(
                        entry.getValue() instanceof ObjectNode, source + path, entry.getValue(), "a group of settings");
                check(group, (ObjectNode) entry.getValue(), path + ".", source);
            } else {
                String allowed = SettingsMapper.kind(now);
                boolean fits = now.isNull()
                        || entry.getValue().isNull()
                        || allowed.equals(SettingsMapper.kind(entry.getValue()))
                        || (now.isNumber()
                                && !now.isIntegralNumber()
                                && entry.getValue().isNumber())
                        || (now.isArray() && entry.getValue().isString())
                        || SettingsMapper.isOpen(now);
                InvalidInputException.require(fits, source + path, entry.getValue(), allowed);
            }
        }
    }

    /** Lays settings over others. A word, or several with commas between them, stands for a list of them. */
    private static void merge(ObjectNode into, ObjectNode from) {
        for (Map.Entry<String, JsonNode> entry : from.properties()) {
            if (into.get(entry.getKey()) instanceof ObjectNode group && entry.getValue() instanceof ObjectNode other) {
                merge(group, other);
            } else if (into.get(entry.getKey()) instanceof ArrayNode
                    && entry.getValue().isString()) {
                ArrayNode list = into.putArray(entry.getKey());
                for (String word : entry.getValue().asString().split(",", -1)) {
                    list.add(word.strip());
                }
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        }
    }

    /** Returns the settings as values, checked. Words like {@code auto} have to be resolved before. */
    public Settings bind() {
        return SettingsMapper.bind(root);
    }

    /** Returns the settings as nested maps, for the run store. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> toMap() {
        return YAML.treeToValue(root, Map.class);
    }

    /** Returns the settings as YAML. */
    public String toYaml() {
        return YAML.writeValueAsString(root);
    }
}
