package kshot.space.yaml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a YAML mapping whose keys are all known.
 *
 * @param what the name of the thing that they set, for error messages
 * @param node the mapping
 */
public record Settings(String what, YamlNode node) {

    /** Returns the value of a key; null if it is not set. */
    public @Nullable YamlNode get(String key) {
        return node.entries().get(key);
    }

    /** Returns the value of a key that must be set. */
    public YamlNode need(String key) {
        YamlNode value = get(key);
        if (value == null) {
            throw node.error("the key " + key + " of " + what + " is missing");
        }
        return value;
    }

    /** Returns an integer in a range; the key must be set. */
    public int integer(String key, int least, int most) {
        return need(key).integer(key, least, most);
    }

    /** Returns an integer in a range; {@code otherwise} if the key is not set. */
    public int integer(String key, int least, int most, int otherwise) {
        YamlNode value = get(key);
        return value == null ? otherwise : value.integer(key, least, most);
    }

    /** Returns {@code true} or {@code false}; {@code otherwise} if the key is not set. */
    public boolean bool(String key, boolean otherwise) {
        YamlNode value = get(key);
        return value == null ? otherwise : value.bool(key);
    }

    /** Returns one of several allowed texts; {@code otherwise} if the key is not set. */
    public String oneOf(String key, List<String> allowed, String otherwise) {
        YamlNode value = get(key);
        return value == null ? otherwise : value.oneOf(key, allowed);
    }
}
