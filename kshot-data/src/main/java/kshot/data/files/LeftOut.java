package kshot.data.files;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A file or folder of a data set that is not used.
 *
 * @param path the path below the root of the data set
 * @param reason why it is not used
 * @param detail what is wrong with it; may be empty
 */
public record LeftOut(String path, Reason reason, String detail) {
    private static final int KINDS = 4;

    /** The reasons for which something is left out. */
    public enum Reason {
        /** A hidden file or folder, or one that an operating system made for itself. */
        SYSTEM("hidden, or of the operating system"),
        /** A link that leads to nothing inside of the archive or folder. */
        LINK("links that lead nowhere"),
        /** A file of another kind. */
        NO_IMAGE("no images"),
        /** An image that belongs to no class folder. */
        OUTSIDE("outside of the class folders"),
        /** An image without a class. */
        UNLABELLED("without a class"),
        /** A file that stands beside the image and the label of a sample. */
        EXTRA("beside the image of a sample"),
        /** A class folder without an image. */
        EMPTY("without an image inside"),
        /** A name in a table of labels that no image has. */
        MISSING("named and not there"),
        /** An image that cannot be read. */
        UNREADABLE("unreadable");

        private final String words;

        Reason(String words) {
            this.words = words;
        }

        /** Returns the reason in words. */
        public String words() {
            return words;
        }
    }

    /** Creates an entry without details. */
    public LeftOut(String path, Reason reason) {
        this(path, reason, "");
    }

    /** Returns how many files and folders were left out for each reason, and of what kinds they are; empty for none. */
    public static String summary(List<LeftOut> all) {
        Map<Reason, List<LeftOut>> byReason = all.stream()
                .collect(
                        Collectors.groupingBy(LeftOut::reason, () -> new EnumMap<>(Reason.class), Collectors.toList()));
        return byReason.entrySet().stream()
                .map(entry -> entry.getValue().size() + kinds(entry.getValue()) + " "
                        + entry.getKey().words())
                .collect(Collectors.joining("; "));
    }

    /** Returns the commonest extensions or, of things without one, names. */
    private static String kinds(List<LeftOut> entries) {
        Map<String, Long> counts = entries.stream()
                .collect(Collectors.groupingBy(LeftOut::kind, LinkedHashMap::new, Collectors.counting()));
        String named = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(KINDS)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        return " (" + named + (counts.size() > KINDS ? ", …" : "") + ")";
    }

    private String kind() {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(dot).toLowerCase(Locale.ROOT) : name;
    }
}
