package kshot.app.cli;

import java.util.Locale;
import kshot.common.InvalidInputException;

/** Large numbers as people write them: 5M, 300k, 1.5G, 2e6. */
final class NumberParser {
    private static final String FORMS = "a number of at least 1, as 5000000, 5e6, 5M or 300k";

    private NumberParser() {}

    /** Reads a number. */
    static long parse(String thing, String text) {
        String number = text.strip().toLowerCase(Locale.ROOT);
        double factor = 1;
        if (!number.isEmpty()) {
            factor = switch (number.charAt(number.length() - 1)) {
                case 'k' -> 1e3;
                case 'm' -> 1e6;
                case 'g' -> 1e9;
                default -> 1;
            };
        }
        try {
            double value = Double.parseDouble(factor == 1 ? number : number.substring(0, number.length() - 1)) * factor;
            if (value >= 1 && value <= Long.MAX_VALUE / 2.0) {
                return Math.round(value);
            }
        } catch (NumberFormatException e) {
            throw InvalidInputException.of(thing, "'" + text + "'", FORMS, e);
        }
        throw InvalidInputException.of(thing, "'" + text + "'", FORMS);
    }
}
