package kshot.space.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A reader that composes the events of a YAML document into {@link YamlNode}s. Tags are ignored, so no object is ever
 * constructed. Three bounds keep a hostile file harmless: its length, its depth, and its number of nodes with every
 * alias written out, which are counted before any node is made.
 */
final class YamlReader {
    /** The most characters of a document. */
    static final int MAX_LENGTH = 1 << 20;

    /** The most levels of lists and mappings. */
    static final int MAX_DEPTH = 50;

    /** The most nodes; the nodes behind an alias count at each use. */
    static final int MAX_NODES = 100_000;

    private record Sized(YamlNode node, int size, int depth) {}

    private final String file;
    private final Map<Anchor, Sized> anchors = new HashMap<>();

    YamlReader(String file) {
        this.file = file;
    }

    YamlNode read(String yaml) {
        InvalidInputException.require(
                yaml.length() <= MAX_LENGTH, file, yaml.length() + " characters", "at most " + MAX_LENGTH);
        try {
            return document(new Parse(LoadSettings.builder().setLabel(file).build())
                    .parseString(yaml)
                    .iterator());
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new InvalidInputException(file + ":" + line + ": not YAML: " + oneLine(e.getProblem()), e);
        } catch (YamlEngineException e) {
            throw new InvalidInputException(file + ": not YAML: " + oneLine(String.valueOf(e.getMessage())), e);
        }
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s+", " ").strip();
    }

    private YamlNode document(Iterator<Event> events) {
        events.next(); // start of the stream
        if (events.next().getEventId() == Event.ID.StreamEnd) {
            throw new InvalidInputException(file + ": the file is empty; allowed: a YAML mapping");
        }
        YamlNode root = node(events.next(), events, 1).node;
        events.next(); // end of the document
        Event rest = events.next();
        if (rest.getEventId() != Event.ID.StreamEnd) {
            throw new InvalidInputException(
                    file + ":" + line(rest) + ": a second document is not allowed; allowed: one document");
        }
        return root;
    }

    private Sized node(Event event, Iterator<Event> events, int depth) {
        if (event instanceof AliasEvent alias) {
            Sized target = anchors.get(alias.getAlias());
            if (target == null) {
                throw at(event, "alias *" + alias.getAlias() + " has no anchor before it");
            }
            requireDepth(event, depth + target.depth - 1);
            return target;
        }
        requireDepth(event, depth);
        Sized node = switch (event.getEventId()) {
            case Scalar -> new Sized(YamlNode.scalar(file, line(event), ((ScalarEvent) event).getValue()), 1, 1);
            case SequenceStart -> list(event, events, depth);
            default -> mapping(event, events, depth);
        };
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
        return node;
    }

    private Sized list(Event start, Iterator<Event> events, int depth) {
        List<YamlNode> items = new ArrayList<>();
        int size = 1;
        int height = 0;
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            Sized item = node(event, events, depth + 1);
            size = grow(event, size, item);
            height = Math.max(height, item.depth);
            items.add(item.node);
        }
        return new Sized(YamlNode.list(file, line(start), items), size, height + 1);
    }

    private Sized mapping(Event start, Iterator<Event> events, int depth) {
        List<YamlNode> keys = new ArrayList<>();
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        int size = 1;
        int height = 0;
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            YamlNode key = node(event, events, depth + 1).node;
            if (!key.isScalar()) {
                throw key.error("key", "a text");
            }
            Sized value = node(events.next(), events, depth + 1);
            if (entries.put(key.text(), value.node) != null) {
                throw key.error("the key " + key.shown() + " stands twice in one mapping");
            }
            keys.add(key);
            size = grow(event, size, value);
            height = Math.max(height, value.depth);
        }
        return new Sized(YamlNode.mapping(file, line(start), keys, entries), size, height + 1);
    }

    private int grow(Event event, int size, Sized child) {
        if (size + child.size > MAX_NODES) {
            throw at(event, "more than " + MAX_NODES + " nodes when all aliases are written out");
        }
        return size + child.size;
    }

    private void requireDepth(Event event, int depth) {
        if (depth > MAX_DEPTH) {
            throw at(event, "nested more than " + MAX_DEPTH + " deep");
        }
    }

    private InvalidInputException at(Event event, String message) {
        return new InvalidInputException(file + ":" + line(event) + ": " + message);
    }

    private static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }
}
