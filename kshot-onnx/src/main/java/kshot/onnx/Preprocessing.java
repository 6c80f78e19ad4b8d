package kshot.onnx;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.common.Range;

/**
 * The conversion of the pixels of an image into the values of a model's input. A pixel p of channel c, from 0 to
 * {@code maximum}, becomes {@code (p / maximum - mean[c]) / deviation[c]}.
 *
 * @param colours the meaning of the channels
 * @param maximum the largest pixel value, 255 for usual images; at least 1
 * @param mean the mean of each channel, in units of {@code maximum}
 * @param deviation the standard deviation of each channel, in units of {@code maximum}; positive
 * @param resize the way of resizing an image that has another size than the input
 */
public record Preprocessing(Colours colours, int maximum, List<Double> mean, List<Double> deviation, Resize resize) {
    /** The key of the model's metadata for the colours in lower case, {@code grey} or {@code rgb}. */
    public static final String COLOURS = "kshot.colours";
    /** The key of the model's metadata for the largest pixel value. */
    public static final String MAXIMUM = "kshot.maximum";
    /** The key of the model's metadata for the means, separated by commas. */
    public static final String MEAN = "kshot.mean";
    /** The key of the model's metadata for the deviations, separated by commas. */
    public static final String DEVIATION = "kshot.deviation";
    /** The key of the model's metadata for the way of resizing in lower case, {@code stretch} or {@code crop}. */
    public static final String RESIZE = "kshot.resize";

    /** The meaning of the channels. */
    public enum Colours {
        /** One channel: brightness. */
        GREY(1),
        /** Three channels: red, green, blue. */
        RGB(3);

        private final int channels;

        Colours(int channels) {
            this.channels = channels;
        }

        /** Returns the number of channels. */
        public int channels() {
            return channels;
        }
    }

    /** The way of resizing an image that has another size than the input. */
    public enum Resize {
        /** The image is scaled to the size of the input, whatever its aspect ratio. */
        STRETCH,
        /**
         * The image is scaled, keeping its aspect ratio, until it just covers the input; the rest is cut evenly on two
         * sides.
         */
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

    /** Returns the entries of the model's metadata that describe this preprocessing. */
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
