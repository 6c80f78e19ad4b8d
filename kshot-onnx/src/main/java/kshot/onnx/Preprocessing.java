package kshot.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.network.FeatureShape;

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
    /** The key of the model's metadata for the way of resizing, {@code stretch} or {@code crop}. */
    public static final String RESIZE = "kshot.resize";
    /** The key of the model's metadata for the side of the square that is covered before an image is cropped. */
    public static final String COVER = "kshot.cover";

    private static final String STRETCH = "stretch";
    private static final String CROP = "crop";

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
    public sealed interface Resize {
        /** The image is scaled to the size of the input, whatever its aspect ratio. */
        Resize STRETCH = new Stretch();

        /**
         * Returns the way in which an image is scaled, keeping its aspect ratio, until it just covers a square; what lies beyond the
         * input is cut evenly on two sides.
         *
         * @param cover side of the square in pixels, at least the sides of the input: larger, where a network has been trained on
         *     crops of larger images
         */
        static Resize crop(int cover) {
            return new Crop(cover);
        }
    }

    /** See {@link Resize#STRETCH}. */
    record Stretch() implements Resize {}

    /** See {@link Resize#crop}. */
    record Crop(int cover) implements Resize {
        Crop {
            Range.atLeast(1).require("side of the covered square", cover);
        }
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
        Map<String, String> entries = new TreeMap<>();
        entries.put(COLOURS, lower(colours));
        entries.put(MAXIMUM, Integer.toString(maximum));
        entries.put(MEAN, commas(mean));
        entries.put(DEVIATION, commas(deviation));
        entries.put(RESIZE, resize instanceof Crop ? CROP : STRETCH);
        if (resize instanceof Crop crop) {
            entries.put(COVER, Integer.toString(crop.cover));
        }
        return entries;
    }

    /** Returns the side of the square that a scaled image covers before it is cropped; empty where images are stretched. */
    public OptionalInt cover() {
        return resize instanceof Crop crop ? OptionalInt.of(crop.cover) : OptionalInt.empty();
    }

    /**
     * Reads the preprocessing of a model from its metadata.
     *
     * @param metadata the entries of a model, see {@link #metadata()}; a model that crops and says nothing of a covered square
     *     has one of the size of its input
     * @param input the shape of the model's input
     * @throws InvalidInputException if an entry is missing, or says something else
     */
    public static Preprocessing of(Map<String, String> metadata, FeatureShape input) {
        String colours = entry(metadata, COLOURS);
        String resize = entry(metadata, RESIZE);
        InvalidInputException.require(
                Arrays.stream(Colours.values()).anyMatch(c -> lower(c).equals(colours)),
                COLOURS + " of the model",
                colours,
                "grey, rgb");
        InvalidInputException.require(
                resize.equals(STRETCH) || resize.equals(CROP), RESIZE + " of the model", resize, STRETCH + ", " + CROP);
        int longest = Math.max(input.height(), input.width());
        int cover = metadata.containsKey(COVER) ? (int) number(metadata, COVER, entry(metadata, COVER)) : longest;
        InvalidInputException.require(
                cover >= longest, COVER + " of the model", cover, "at least " + longest + ", a side of its input");
        return new Preprocessing(
                Colours.valueOf(colours.toUpperCase(Locale.ROOT)),
                (int) number(metadata, MAXIMUM, entry(metadata, MAXIMUM)),
                numbers(metadata, MEAN),
                numbers(metadata, DEVIATION),
                resize.equals(CROP) ? Resize.crop(cover) : Resize.STRETCH);
    }

    private static String entry(Map<String, String> metadata, String key) {
        String value = metadata.get(key);
        if (value == null) {
            throw new InvalidInputException("the model does not say how images enter it: it has no entry " + key);
        }
        return value;
    }

    private static List<Double> numbers(Map<String, String> metadata, String key) {
        return Arrays.stream(entry(metadata, key).split(","))
                .map(number -> number(metadata, key, number))
                .toList();
    }

    private static double number(Map<String, String> metadata, String key, String number) {
        try {
            return Double.parseDouble(number);
        } catch (NumberFormatException e) {
            throw InvalidInputException.of(key + " of the model", metadata.get(key), "numbers with commas between");
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String commas(List<Double> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
