package kshot.run.report.page;

import java.util.Locale;

/** Writes numbers as people read them. Units stand in the text here, except where a table's header names them. */
public final class Format {
    private static final String[] MAGNITUDES = {"", " k", " M", " G", " T"};
    private static final String UNKNOWN = "–";

    private Format() {}

    /** Returns a share as a percentage, for example 0.9123 as "91.23%". */
    public static String percent(double share) {
        return Double.isNaN(share) ? UNKNOWN : of("%.2f%%", 100 * share);
    }

    /** Returns an error of a share in percentage points, for example 0.0028 as "± 0.28". */
    public static String plusMinus(double share) {
        return of("± %.2f", 100 * share);
    }

    /** Returns a share in percentage points, with its sign, for example 0.0110 as "+1.10". */
    public static String points(double share) {
        return signed(100 * share);
    }

    /** Returns a number with its sign and two decimals: 0.6 as "+0.60". */
    public static String signed(double value) {
        return of("%+.2f", value).replace('-', '−');
    }

    /** Returns a plain number with the given number of decimals. */
    public static String number(double value, int decimals) {
        return Double.isNaN(value) ? UNKNOWN : of("%,." + decimals + "f", value).replace('-', '−');
    }

    /** Returns a whole number, for example 10000 as "10,000". */
    public static String count(long value) {
        return of("%,d", value);
    }

    /** Returns three digits and a magnitude, for example 1234567 as "1.23 M". */
    public static String magnitude(long value) {
        double scaled = value;
        int magnitude = 0;
        while (scaled >= 999.5 && magnitude < MAGNITUDES.length - 1) {
            scaled /= 1000;
            magnitude++;
        }
        int decimals = magnitude == 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
        return of("%." + decimals + "f", scaled) + MAGNITUDES[magnitude];
    }

    /** Returns a whole number of any length, for example "15625" as "15,625", "1147…" with 24 digits as "1.1 × 10^23". */
    public static String digits(String whole) {
        return whole.length() <= 9
                ? count(Long.parseLong(whole))
                : whole.charAt(0) + "." + whole.charAt(1) + " × 10^" + (whole.length() - 1);
    }

    /** Returns a small number, for example 0.0000021 as "2.1e-06". */
    public static String scientific(double value) {
        return of("%.1e", value);
    }

    /** Returns a size in bytes with its unit. */
    public static String bytes(long value) {
        return value < 1000 ? value + " B" : magnitude(value) + "B";
    }

    /** Returns a number in millions, for columns, for example 12345678 as "12.35". */
    public static String millions(long value) {
        return of("%,.2f", value / 1e6);
    }

    /** Returns a number in thousands, for columns, for example 312345 as "312.3". */
    public static String thousands(long value) {
        return of("%,.1f", value / 1e3);
    }

    /** Returns a time in seconds, for example 751.2 as "12 min 31 s". */
    public static String duration(double seconds) {
        if (seconds < 9.95) {
            return of("%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        if (whole < 3600) {
            return of("%d min %02d s", whole / 60, whole % 60);
        }
        return of("%d h %02d min", whole / 3600, whole % 3600 / 60);
    }

    private static String of(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
