package kshot.run.settings;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.common.Preset;
import kshot.train.CodeSettings;
import kshot.train.DescentSettings;
import kshot.train.RetrainDescent;
import kshot.train.SimplexDescent;
import kshot.train.SupernetSampling;
import kshot.train.SupernetSchedule;
import kshot.weights.DictionarySettings;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.cfg.MutableConfigOverride;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.NameTransformer;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The way between records of settings and trees of names. A component has its name in snake case, a record is a group of
 * that name, and the parts into which the records of the two trainings are divided stand flat in their group.
 */
final class SettingsMapper {
    private static final Set<Class<?>> FLAT = Set.of(
            DictionarySettings.class,
            SupernetSchedule.class,
            SupernetSampling.class,
            DescentSettings.class,
            CodeSettings.class,
            SimplexDescent.class,
            RetrainDescent.class,
            StandIn.class);

    /** Takes no value for another: no fraction or text for an integer, and nothing only where there may be nothing. */
    static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public @Nullable NameTransformer findUnwrappingNameTransformer(
                        MapperConfig<?> config, AnnotatedMember member) {
                    return FLAT.contains(member.getRawType()) ? NameTransformer.NOP : null;
                }
            })
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .changeDefaultNullHandling(nulls -> nulls.withValueNulls(Nulls.FAIL))
            .withConfigOverride(Integer.class, SettingsMapper::allowNull)
            .withConfigOverride(Long.class, SettingsMapper::allowNull)
            .withConfigOverride(Double.class, SettingsMapper::allowNull)
            .build();

    private SettingsMapper() {}

    private static void allowNull(MutableConfigOverride type) {
        type.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.SET));
    }

    /** Returns the tree of a preset, with words for what it leaves open. */
    static ObjectNode tree(Preset preset, String space) {
        ObjectNode tree = YAML.valueToTree(Presets.settings(preset, space));
        Presets.OPEN.forEach(
                (group, words) -> words.forEach((name, word) -> ((ObjectNode) tree.get(group)).put(name, word)));
        return tree;
    }

    /**
     * Returns the settings of a tree.
     *
     * @throws InvalidInputException that names a setting as it stands in the tree
     */
    static Settings bind(ObjectNode tree) {
        try {
            return YAML.treeToValue(tree, Settings.class);
        } catch (JacksonException e) {
            String path = e.getPath().stream()
                    .map(reference -> String.valueOf(reference.getPropertyName()))
                    .collect(Collectors.joining("."));
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof InvalidInputException invalid) {
                    String group = path.isEmpty() ? "" : path + ".";
                    throw invalid.renamed(component -> group + snakeCase(component));
                }
            }
            throw InvalidInputException.of(path, at(tree, path).asString("null"), allowed(e, path), e);
        }
    }

    static String snakeCase(String component) {
        return component.replaceAll("(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private static String allowed(JacksonException e, String path) {
        JsonNode usual = at(tree(Preset.QUICK, ""), path);
        Class<?> type = Object.class;
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            type = mismatch.getTargetType();
        }
        if (type == String.class && isOpen(usual)) {
            return (path.equals("device") ? "a device or " : "a path or ") + usual.asString();
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
            return number + (usual.asString().equals(SettingsTree.NONE) ? " or none" : ", auto or none");
        }
        return kind(usual);
    }

    /** Returns the node at a path of names with dots between them. */
    static JsonNode at(JsonNode tree, String path) {
        JsonNode node = tree;
        for (String name : path.split("\\.", -1)) {
            node = node.path(name);
        }
        return node;
    }

    /** Returns whether a value is a word that stands for a number to be found, or for none. */
    static boolean isOpen(JsonNode node) {
        return node.isString() && List.of(SettingsTree.AUTO, SettingsTree.NONE).contains(node.asString());
    }

    /** Returns in words what a value is. */
    static String kind(JsonNode node) {
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
}
