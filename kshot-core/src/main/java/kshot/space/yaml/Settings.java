package kshot.space.yaml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a mapping all of whose keys are known.
 *
 * @param what what they set, for errors
 * @param node the mapping
 */
public record Settings(String what, YamlNode node) {

    /** The value of a key; null if it is not set. */
    public @Nullable YamlNode get(String key) {
        return node.entries().get(key);
    }

    /** The value of a key that has to be set. */
    public YamlNode need(String key) {
        YamlNode value = get(key);
        if (value == null) {
            throw node.error("the key " + key + " of " + what + " is missing");
        }
        return value;
    }

    /** An integer in a range that has to be set. */
    public int integer(String key, int least, int most) {
        return need(key).integer(key, least, most);
    }

    /** An integer in a range; {@code otherwise} if it is not set. */
    public int integer(String key, int least, int most, int otherwise) {
        YamlNode value = get(key);
        return value == null ? otherwise : value.integer(key, least, most);
    }

    /** {@code true} or {@code false}; {@code otherwise} if it is not set. */
    public boolean bool(String key, boolean otherwise) {
        YamlNode value = get(key);
        return value == null ? otherwise : value.bool(key);
    }

    /** One of some texts; {@code otherwise} if it is not set. */
    public String oneOf(String key, List<String> allowed, String otherwise) {
        YamlNode value = get(key);
        return value == null ? otherwise : value.oneOf(key, allowed);
    }
}
