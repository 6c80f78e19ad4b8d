package kshot.space.shipped;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import kshot.common.Range;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.space.Architecture;
import kshot.space.macro.MacroSpace;
import kshot.space.macro.MacroSpaceReader;
import kshot.space.yaml.YamlNode;

/**
 * A network that one would take instead of a search, in any width. A search that finds nothing better has not paid.
 *
 * <p>Each is a shipped space without choices. A width w multiplies its named widths: v channels become the integer nearest
 * to v · w, the even one of two, and at least {@value #LEAST_CHANNELS}.
 */
public enum Yardstick {
    /** A small MobileNetV2 (arXiv:1801.04381). */
    MOBILENET_V2("mobilenetv2", "MobileNetV2"),
    /** ResNet-8 of MLPerf Tiny (arXiv:2106.07597). */
    RESNET_8("resnet8", "ResNet-8");

    private static final int LEAST_CHANNELS = 4;

    /** Widths are multiples of one hundredth. */
    private static final int STEPS = 100;

    private static final int MOST = 100;
    private static final Range WIDTHS = Range.moreThan(0).atMost(MOST);
    private static final String NAME = "name";
    private static final String NAMED_WIDTHS = "widths";

    private final String label;
    private final String title;

    Yardstick(String label, String title) {
        this.label = label;
        this.title = title;
    }

    /** Returns its name in files, for example {@code resnet8}. */
    public String label() {
        return label;
    }

    /** Returns its name as people write it, for example {@code ResNet-8}. */
    public String title() {
        return title;
    }

    /**
     * Returns the text of a width, for example {@code x1.34}.
     *
     * @param width more than 0, at most {@value #MOST}
     */
    public static String text(double width) {
        WIDTHS.require("width", width);
        return String.format(Locale.ROOT, "x%.2f", width);
    }

    /** Returns the width that a {@linkplain #text text} stands for. */
    public static double width(String text) {
        return Double.parseDouble(text.substring(1));
    }

    /**
     * Returns the space that has the network of a width as its only architecture.
     *
     * @param width more than 0, at most {@value #MOST}
     */
    public MacroSpace space(double width) {
        String name = label + "-" + text(width);
        YamlNode file = YamlNode.parse(label + ".yaml", Spaces.resource("/kshot/spaces/" + label + ".yaml"));
        YamlNode widths = Objects.requireNonNull(file.entries().get(NAMED_WIDTHS));
        Map<String, YamlNode> scaled = new LinkedHashMap<>();
        widths.entries()
                .forEach((key, value) -> scaled.put(
                        key, scalar(value, "" + scaled(value.integer(NAMED_WIDTHS, 1, Integer.MAX_VALUE), width))));
        return MacroSpaceReader.read(file.with(NAME, scalar(file, name))
                .with(NAMED_WIDTHS, YamlNode.mapping(widths.file(), widths.line(), widths.items(), scaled)));
    }

    private static int scaled(int channels, double width) {
        return Math.max(LEAST_CHANNELS, (int) Math.rint(channels * width));
    }

    private static YamlNode scalar(YamlNode place, String text) {
        return YamlNode.scalar(place.file(), place.line(), text);
    }

    /**
     * Returns the network of a width.
     *
     * @param width more than 0, at most {@value #MOST}
     * @param input shape of the images
     * @param classes number of classes
     */
    public Network network(double width, FeatureShape input, int classes) {
        return space(width).adapt(input, classes).network(Architecture.of());
    }

    /** Returns the network of the least width. */
    public Network narrowest(FeatureShape input, int classes) {
        return network(1.0 / STEPS, input, classes);
    }

    /**
     * Returns the largest width, in hundredths and at most {@value #MOST}, whose network is allowed. What is allowed has to
     * shrink as networks grow: a width is looked for between one that is allowed and one that is not. No network of
     * more than twice the width is ever asked for.
     *
     * @param input shape of the images
     * @param classes number of classes
     * @return empty if not even the narrowest network is allowed
     */
    public OptionalDouble widest(FeatureShape input, int classes, Predicate<Network> allowed) {
        int inside = 0;
        int outside = MOST * STEPS + 1;
        int next = 1;
        while (outside - inside > 1) {
            if (allowed.test(network((double) next / STEPS, input, classes))) {
                inside = next;
            } else {
                outside = next;
            }
            next = Math.min(2 * inside, (inside + outside) / 2);
        }
        return inside == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) inside / STEPS);
    }
}
