package kshot.onnx;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.common.Range;

/**
 * How the pixels of an image become the values of a model's input. For channel c, the pixel p of 0 to {@code maximum}
 * becomes {@code (p / maximum - mean[c]) / deviation[c]}.
 *
 * @param colours what the channels are
 * @param maximum the largest pixel value, 255 for usual images; at least 1
 * @param mean one for each channel, in units of {@code maximum}
 * @param deviation one for each channel, in units of {@code maximum}; positive
 * @param resize what is done with an image that has another size than the input
 */
public record Preprocessing(Colours colours, int maximum, List<Double> mean, List<Double> deviation, Resize resize) {
    /** Key of the model's metadata: the colours in lower case, {@code grey} or {@code rgb}. */
    public static final String COLOURS = "kshot.colours";
    /** Key of the model's metadata: the largest pixel value. */
    public static final String MAXIMUM = "kshot.maximum";
    /** Key of the model's metadata: the means, separated by commas. */
    public static final String MEAN = "kshot.mean";
    /** Key of the model's metadata: the deviations, separated by commas. */
    public static final String DEVIATION = "kshot.deviation";
    /** Key of the model's metadata: the rule of resizing in lower case, {@code stretch} or {@code crop}. */
    public static final String RESIZE = "kshot.resize";

    /** What the channels are. */
    public enum Colours {
        /** One channel: brightness. */
        GREY(1),
        /** Three channels: red, green, blue. */
        RGB(3);

        private final int channels;

        Colours(int channels) {
            this.channels = channels;
        }

        /** Number of channels. */
        public int channels() {
            return channels;
        }
    }

    /** What is done with an image that has another size than the input. */
    public enum Resize {
        /** It is scaled to the size of the input, whatever its aspect. */
        STRETCH,
        /** It is scaled, keeping its aspect, until it just covers the input; what stands out evenly on two sides is cut. */
        CROP
    }

    public Preprocessing {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        Range.atLeast(1).require("largest pixel value", maximum);
        InvalidInputException.require(
                mean.size() == colours.channels() && mean.stream().allMatch(Double::isFinite),
                "mean of the pixels",
                mean,
                "one finite number for each channel of " + lower(colours));
        InvalidInputException.require(
                deviation.size() == colours.channels() && deviation.stream().allMatch(d -> d > 0 && Double.isFinite(d)),
                "deviation of the pixels",
                deviation,
                "one positive number for each channel of " + lower(colours));
    }

    /** The entries that tell a reader of the model all of this. */
    public Map<String, String> metadata() {
        return Map.of(
                COLOURS, lower(colours),
                MAXIMUM, Integer.toString(maximum),
                MEAN, commas(mean),
                DEVIATION, commas(deviation),
                RESIZE, lower(resize));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String commas(List<Double> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
