package kshot.run.settings;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.common.TextFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MutableConfigOverride;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Settings as a tree of names, while they are put together: a preset, then what the user said. A setting that the preset
 * {@code quick} does not have does not exist.
 */
public final class SettingsTree {
    /** Names of the presets. */
    public static final List<String> PRESETS = List.of("smoke", "quick", "standard", "paper");

    /** For what is to be found. */
    public static final String AUTO = "auto";

    /** For no limit. */
    public static final String NONE = "none";

    private static final int MAX_BYTES = 1 << 20;
    private static final String BASE = "quick";
    private static final String OF_SPACES = "spaces";

    /** Takes no value for another: no fraction or text for an integer, and nothing only where there may be nothing. */
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .changeDefaultNullHandling(nulls -> nulls.withValueNulls(Nulls.FAIL))
            .withConfigOverride(Integer.class, SettingsTree::allowNull)
            .withConfigOverride(Long.class, SettingsTree::allowNull)
            .withConfigOverride(Double.class, SettingsTree::allowNull)
            .build();

    private final ObjectNode root;

    private SettingsTree(ObjectNode root) {
        this.root = root;
    }

    private static void allowNull(MutableConfigOverride type) {
        type.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.SET));
    }

    /**
     * The settings of a preset, for one search space.
     *
     * @param preset one of {@link #PRESETS}
     * @param space name of the space, for which a preset may say other things
     */
    public static SettingsTree preset(String preset, String space) {
        InvalidInputException.require(PRESETS.contains(preset), "preset", "'" + preset + "'", "" + PRESETS);
        SettingsTree tree = new SettingsTree(YAML.createObjectNode());
        for (String name : preset.equals(BASE) ? List.of(BASE) : List.of(BASE, preset)) {
            ObjectNode overlay = resource(name);
            JsonNode ofSpaces = overlay.remove(OF_SPACES);
            merge(tree.root, overlay);
            if (ofSpaces != null && ofSpaces.get(space) instanceof ObjectNode ofSpace) {
                merge(tree.root, ofSpace);
            }
        }
        return tree;
    }

    private static ObjectNode resource(String preset) {
        try (InputStream stream = SettingsTree.class.getResourceAsStream("/kshot/presets/" + preset + ".yaml")) {
            return (ObjectNode) YAML.readTree(stream);
        } catch (IOException e) {
            throw new IllegalStateException("the preset " + preset + " is missing from this build", e);
        }
    }

    /** The settings of a finished {@code config.yaml}. */
    public static SettingsTree read(Path file) {
        SettingsTree tree = preset(BASE, "");
        tree.overlay(file);
        return tree;
    }

    /** Settings that were kept as nested maps; see {@link #toMap}. */
    public static SettingsTree of(Map<String, Object> map) {
        return new SettingsTree(YAML.valueToTree(map));
    }

    /** The same settings, to be changed on their own. */
    public SettingsTree copy() {
        return new SettingsTree(root.deepCopy());
    }

    /** Lays a user's file over the settings. */
    public void overlay(Path file) {
        JsonNode node = parse("settings " + file, TextFile.read("settings " + file, file, MAX_BYTES));
        InvalidInputException.require(
                node instanceof ObjectNode, "settings " + file, "a " + kind(node), "names with values, as in a preset");
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

    /** The value at a path as text; null where it is null. */
    public @Nullable String text(String path) {
        JsonNode node = at(root, path);
        return node.isNull() ? null : node.asString();
    }

    /**
     * As {@link #text}, of a setting that has to have a value.
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

    private static JsonNode at(JsonNode root, String path) {
        JsonNode node = root;
        for (String name : path.split("\\.", -1)) {
            node = node.path(name);
        }
        return node;
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
        return path.equals("threads")
                ? node.asInt(-1) == 0
                : node.isString() && node.asString().equals("auto");
    }

    private static boolean agree(JsonNode here, JsonNode other) {
        if (here.isNumber() && other.isNumber()) {
            return here.decimalValue().compareTo(other.decimalValue()) == 0;
        }
        return text(here).equals(text(other));
    }

    /** A missing value and null read as the word that a user may write for them. */
    private static String text(JsonNode node) {
        if (node.isNull() || node.isMissingNode()) {
            return "none";
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
                String allowed = kind(now);
                boolean fits = now.isNull()
                        || entry.getValue().isNull()
                        || allowed.equals(kind(entry.getValue()))
                        || (now.isNumber()
                                && !now.isIntegralNumber()
                                && entry.getValue().isNumber())
                        || isOpen(now);
                InvalidInputException.require(fits, source + path, entry.getValue(), allowed);
            }
        }
    }

    /** Words that stand for a number to be found, or for none. */
    private static boolean isOpen(JsonNode node) {
        return node.isString() && List.of(AUTO, NONE).contains(node.asString());
    }

    private static String kind(JsonNode node) {
        if (node.isIntegralNumber()) {
            return "an integer";
        }
        return switch (node.getNodeType()) {
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case STRING -> "a word";
            case ARRAY -> "a list";
            case OBJECT -> "a group of settings";
            default -> "a value";
        };
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        for (Map.Entry<String, JsonNode> entry : from.properties()) {
            if (into.get(entry.getKey()) instanceof ObjectNode group && entry.getValue() instanceof ObjectNode other) {
                merge(group, other);
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        }
    }

    /** The settings as values, checked. Words like {@code auto} have to be resolved before. */
    public Settings bind() {
        try {
            return YAML.treeToValue(root, Settings.class);
        } catch (JacksonException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof InvalidInputException invalid) {
                    throw invalid;
                }
            }
            throw unreadable(e);
        }
    }

    private InvalidInputException unreadable(JacksonException e) {
        String path = e.getPath().stream()
                .map(reference -> String.valueOf(reference.getPropertyName()))
                .collect(Collectors.joining("."));
        return InvalidInputException.of(path, at(root, path).asString("null"), allowed(e, path), e);
    }

    private String allowed(JacksonException e, String path) {
        JsonNode usual = at(resource(BASE), path);
        Class<?> type = Object.class;
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            type = mismatch.getTargetType();
        }
        if (type.isEnum()) {
            Set<String> words = new LinkedHashSet<>();
            for (Object constant : type.getEnumConstants()) {
                words.add(constant.toString().toLowerCase(Locale.ROOT));
            }
            if (isOpen(usual)) {
                words.add(usual.asString());
            }
            return words.toString();
        }
        if (e instanceof InputCoercionException coercion) {
            return "an integer of " + (coercion.getTargetType() == int.class ? Integer.SIZE : Long.SIZE) + " bits";
        }
        if (usual.isNull()) {
            return "an integer or null";
        }
        if (isOpen(usual)) {
            String number = type == Double.class ? "a number" : "an integer";
            return number + (usual.asString().equals(NONE) ? " or none" : ", auto or none");
        }
        return kind(usual);
    }

    /** As nested maps, for the run store. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> toMap() {
        return YAML.treeToValue(root, Map.class);
    }

    /** As YAML. */
    public String toYaml() {
        return YAML.writeValueAsString(root);
    }
}
