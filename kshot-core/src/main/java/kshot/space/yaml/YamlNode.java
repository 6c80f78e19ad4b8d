package kshot.space.yaml;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;

/**
 * A node of a YAML document. Scalars are kept as texts until a number is asked for, so {@code "1"} and {@code 1} are
 * the same key.
 *
 * @param file the name of the document, as its user calls it
 * @param line the line on which the node starts, from 1
 * @param kind the kind of the node, which says which of the next three is filled
 * @param text the text of a scalar
 * @param items the items of a list; the keys of a mapping, which have lines of their own
 * @param entries the entries of a mapping, in the order of the file
 */
public record YamlNode(
        String file, int line, Kind kind, String text, List<YamlNode> items, Map<String, YamlNode> entries) {

    /** The longest word, in characters, for which a similar one is looked for. */
    private static final int LONGEST_MISSPELLING = 64;

    /** The kinds of nodes. */
    public enum Kind {
        /** A text, a number, true or false, or nothing. */
        SCALAR,
        /** A list. */
        LIST,
        /** A mapping. */
        MAPPING
    }

    public YamlNode {
        items = List.copyOf(items);
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** Reads a document; see {@link YamlReader}. */
    public static YamlNode parse(String file, String yaml) {
        return new YamlReader(file).read(yaml);
    }

    /** Returns a text, a number, true or false, or nothing. */
    public static YamlNode scalar(String file, int line, String text) {
        return new YamlNode(file, line, Kind.SCALAR, text, List.of(), Map.of());
    }

    static YamlNode list(String file, int line, List<YamlNode> items) {
        return new YamlNode(file, line, Kind.LIST, "", items, Map.of());
    }

    /** Returns a mapping. */
    public static YamlNode mapping(String file, int line, List<YamlNode> keys, Map<String, YamlNode> entries) {
        return new YamlNode(file, line, Kind.MAPPING, "", keys, entries);
    }

    /** Returns a copy of this mapping with another value for one of its keys. */
    public YamlNode with(String key, YamlNode value) {
        Map<String, YamlNode> changed = new LinkedHashMap<>(entries);
        changed.put(key, value);
        return mapping(file, line, items, changed);
    }

    /** Returns whether this is a scalar. */
    public boolean isScalar() {
        return kind == Kind.SCALAR;
    }

    /** Returns whether this is a list. */
    public boolean isList() {
        return kind == Kind.LIST;
    }

    /** Returns whether this is a mapping. */
    public boolean isMapping() {
        return kind == Kind.MAPPING;
    }

    /** Returns the node as an error message shows it. */
    public String shown() {
        return switch (kind) {
            case SCALAR -> text.isEmpty() ? "nothing" : "'" + text + "'";
            case LIST -> "a list";
            case MAPPING -> "a mapping";
        };
    }

    /** Returns an error about the value of this node. */
    public InvalidInputException error(String what, String allowed) {
        return InvalidInputException.of(file + ":" + line + ": " + what, shown(), allowed);
    }

    /** Returns an error at this node about something else than its value. */
    public InvalidInputException error(String message) {
        return new InvalidInputException(file + ":" + line + ": " + message);
    }

    /** Returns the items of a list, which must not be empty. */
    public List<YamlNode> itemsOf(String what) {
        if (!isList() || items.isEmpty()) {
            throw error(what, "a list with at least one item");
        }
        return items;
    }

    /** Returns the entries of a mapping, which must not be empty. */
    public Map<String, YamlNode> entriesOf(String what) {
        if (!isMapping() || entries.isEmpty()) {
            throw error(what, "a mapping with at least one entry");
        }
        return entries;
    }

    /**
     * Returns the settings of a mapping whose keys are all among {@code keys}. An empty node counts as a mapping
     * without settings.
     *
     * @throws InvalidInputException naming an unknown key, the allowed ones and the nearest of them
     */
    public Settings settings(String what, String... keys) {
        if (!isMapping() && !(isScalar() && text.isEmpty())) {
            throw error(what, "a mapping with the keys " + String.join(", ", keys));
        }
        List<String> allowed = Arrays.asList(keys);
        for (YamlNode key : items) {
            key.oneOf("key of " + what, allowed);
        }
        return new Settings(what, this);
    }

    /** Checks that nothing is set. */
    public void requireNothing(String what) {
        if (!entries.isEmpty() || !items.isEmpty() || !text.isEmpty()) {
            throw error(what, "no settings");
        }
    }

    /** Returns the one entry of a mapping; a scalar counts as a key without a value. */
    public Map.Entry<String, YamlNode> single(String what, List<String> keys) {
        if (isScalar() && !text.isEmpty()) {
            return Map.entry(text, scalar(file, line, ""));
        }
        if (!isMapping() || entries.size() != 1) {
            String shown = isMapping() ? "a mapping with the keys " + entries.keySet() : shown();
            throw error(what + ": " + shown + " is not allowed; allowed: one of " + String.join(", ", keys));
        }
        return entries.entrySet().iterator().next();
    }

    /** Returns an integer in a range, both ends included. */
    public int integer(String what, int least, int most) {
        String allowed = "an integer from " + least + " to " + most;
        try {
            int value = Integer.parseInt(text);
            if (isScalar() && least <= value && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw error(what, allowed);
        }
        throw error(what, allowed);
    }

    /** Returns a number above 0 and up to 1. */
    public double ratio(String what) {
        String allowed = "a number above 0 and at most 1";
        try {
            double value = Double.parseDouble(text);
            if (isScalar() && value > 0 && value <= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw error(what, allowed);
        }
        throw error(what, allowed);
    }

    /** Returns {@code true} or {@code false}. */
    public boolean bool(String what) {
        return oneOf(what, List.of("false", "true")).equals("true");
    }

    /** Returns one of several allowed texts. */
    public String oneOf(String what, List<String> allowed) {
        if (!isScalar()) {
            throw error(what, String.join(", ", allowed));
        }
        if (!allowed.contains(text)) {
            throw error(unknown(what, text, allowed));
        }
        return text;
    }

    /**
     * Returns the text of an error about an unknown word: the allowed words, and the most similar one if one is
     * similar.
     */
    public static String unknown(String what, String word, List<String> allowed) {
        return what + ": '" + word + "' is not allowed; allowed: " + String.join(", ", allowed)
                + (word.length() > LONGEST_MISSPELLING ? "" : suggestion(word, allowed));
    }

    private static String suggestion(String word, List<String> allowed) {
        String nearest = "";
        int least = Math.max(1, word.length() / 3) + 1;
        for (String candidate : allowed) {
            int distance = distance(word, candidate);
            if (distance < least) {
                nearest = candidate;
                least = distance;
            }
        }
        return nearest.isEmpty() ? "" : "; did you mean " + nearest + "?";
    }

    /**
     * Returns Levenshtein's distance: the number of insertions, deletions and replacements that turn one word into the
     * other.
     */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
