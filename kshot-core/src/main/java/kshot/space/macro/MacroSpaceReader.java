package kshot.space.macro;

import static kshot.space.macro.BlockReader.BLOCKS;
import static kshot.space.macro.BlockReader.GLOBAL_POOL;
import static kshot.space.macro.BlockReader.HEAD;
import static kshot.space.macro.BlockReader.LINEAR;
import static kshot.space.macro.BlockReader.MAX_STRIDE;
import static kshot.space.macro.BlockReader.kind;
import static kshot.space.macro.DecisionReader.MAX_CHANNELS;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.common.InvalidInputException;
import kshot.common.TextFile;
import kshot.network.FeatureShape;
import kshot.network.Layer.Activation.Function;
import kshot.space.macro.BlockReader.LayerWidth;
import kshot.space.macro.BlockReader.Position;
import kshot.space.macro.MacroDescription.Place;
import kshot.space.yaml.Settings;
import kshot.space.yaml.YamlNode;

/**
 * Reads a {@link MacroSpace} from YAML. {@code docs/search-spaces.md} is the reference of the form. Every error names
 * file, line, value and what is allowed.
 *
 * <p>Stages and repetitions are written out while reading: each repetition reads the same YAML again and so gets decisions
 * of its own; only named widths are shared.
 */
public final class MacroSpaceReader {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_EXTENT = 4_096;
    private static final int MAX_TIMES = 1_000;
    private static final String NAME = "[A-Za-z0-9._-]+";
    private static final String STAGE = "stage";
    private static final String REPEAT = "repeat";
    private static final List<String> LAYERS = BlockReader.with(BLOCKS, STAGE, REPEAT);

    private final DecisionReader decisions;
    private final BlockReader blocks;
    private final List<Place> places = new ArrayList<>();

    private MacroSpaceReader(DecisionReader decisions, BlockReader blocks) {
        this.decisions = decisions;
        this.blocks = blocks;
    }

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

    /** Reads a document. */
    public static MacroSpace read(YamlNode root) {
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
        boolean compact =
                settings.oneOf("text", List.of("words", "compact"), "words").equals("compact");
        Function activation = BlockReader.activation(settings, Function.RELU);
        boolean shared =
                settings.oneOf("weights", List.of("own", "shared"), "own").equals("shared");
        YamlNode widths = settings.get("widths");
        DecisionReader decisions = new DecisionReader(widths == null ? Map.of() : widths.entriesOf("widths"), compact);
        List<Place> places =
                new MacroSpaceReader(decisions, new BlockReader(decisions, activation, shared)).places(settings);
        return new MacroSpace(
                new MacroDescription(name, input, classes, compact, smallestMap, decisions.decisions(), places));
    }

    private List<Place> places(Settings settings) {
        YamlNode stem = settings.get("stem");
        if (stem != null) {
            listed(stem.itemsOf("stem"), "stem", BLOCKS);
        }
        layers(settings.need("layers").itemsOf("layers"), "");
        head(settings.need("head"));
        decisions.requireUse();
        return places;
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

    /** Places that are called after their list and what they are. */
    private void listed(List<YamlNode> items, String list, List<String> kinds) {
        Map<String, Integer> counts = new HashMap<>();
        for (YamlNode item : items) {
            String kind = kind(item, kinds).getKey();
            int count = counts.merge(kind, 1, Integer::sum);
            String name = items.size() == 1 ? list : list + "." + kind + (count > 1 ? count : "");
            place(item, blocks.position(name), kinds, false);
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
                default -> place(item, blocks.position(name), BLOCKS, false);
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
            LayerWidth width = blocks.width(out, layer + ".out");
            place(block, new Position(layer, i == 1 ? stride : 1, width), BLOCKS, i > 1);
            if (out != null && !width.isUsed()) {
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
        int first = decisions.count();
        Block block = blocks.block(node, position, kinds);
        places.add(new Place(position.name(), block, first, decisions.count(), repeats));
    }
}
