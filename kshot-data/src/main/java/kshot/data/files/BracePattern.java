package kshot.data.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern for the names of many files, as WebDataset has it: {@code data-{000..127}.tar} for the numbers from 0 to 127 in three
 * digits, {@code {train,val}.tar} for two words.
 */
final class BracePattern {
    private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");
    private static final int MOST = 100_000;

    private BracePattern() {}

    /** Returns whether a text has braces. */
    static boolean isPattern(String text) {
        return BRACES.matcher(text).find();
    }

    /**
     * Returns all texts that a pattern stands for, in its order.
     *
     * @throws IOException if it is none, or for too many
     */
    static List<String> expand(String pattern) throws IOException {
        List<String> all = List.of(pattern);
        while (isPattern(all.get(0))) {
            List<String> next = new ArrayList<>();
            for (String text : all) {
                Matcher braces = BRACES.matcher(text);
                if (braces.find()) {
                    for (String choice : choices(braces.group(1))) {
                        next.add(text.substring(0, braces.start()) + choice + text.substring(braces.end()));
                    }
                }
                if (next.size() > MOST) {
                    throw new IOException("the pattern stands for too many files; allowed: up to " + MOST);
                }
            }
            all = next;
        }
        return all;
    }

    private static List<String> choices(String inside) throws IOException {
        Matcher numbers = NUMBERS.matcher(inside);
        if (!numbers.matches()) {
            return List.of(inside.split(",", -1));
        }
        int first = Integer.parseInt(numbers.group(1));
        int last = Integer.parseInt(numbers.group(2));
        if (first > last || last - first >= MOST) {
            throw new IOException("numbers " + first + " to " + last + " in braces; allowed: up to " + MOST
                    + ", from the smaller to the larger");
        }
        List<String> choices = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            choices.add(String.format(Locale.ROOT, "%0" + numbers.group(1).length() + "d", i));
        }
        return choices;
    }
}
