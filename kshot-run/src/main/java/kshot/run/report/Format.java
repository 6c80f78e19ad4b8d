package kshot.run.report;

import java.util.Locale;

/** Numbers as people read them. Units stand in the text here, except where a table's header names them. */
final class Format {
    private static final String[] MAGNITUDES = {"", " k", " M", " G", " T"};
    private static final String UNKNOWN = "–";

    private Format() {}

    /** 0.9123 as "91.23%". */
    static String percent(double share) {
        return Double.isNaN(share) ? UNKNOWN : of("%.2f%%", 100 * share);
    }

    /** 0.0028 as "± 0.28". */
    static String plusMinus(double share) {
        return of("± %.2f", 100 * share);
    }

    /** A share in percentage points, with its sign: 0.0110 as "+1.10". */
    static String points(double share) {
        return signed(100 * share);
    }

    /** A number with its sign and two decimals: 0.6 as "+0.60". */
    static String signed(double value) {
        return of("%+.2f", value).replace('-', '−');
    }

    /** A plain number with the given number of decimals. */
    static String number(double value, int decimals) {
        return Double.isNaN(value) ? UNKNOWN : of("%,." + decimals + "f", value).replace('-', '−');
    }

    /** 10000 as "10,000". */
    static String count(long value) {
        return of("%,d", value);
    }

    /** Three digits and a magnitude: 1234567 as "1.23 M". */
    static String magnitude(long value) {
        double scaled = value;
        int magnitude = 0;
        while (scaled >= 999.5 && magnitude < MAGNITUDES.length - 1) {
            scaled /= 1000;
            magnitude++;
        }
        int decimals = magnitude == 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
        return of("%." + decimals + "f", scaled) + MAGNITUDES[magnitude];
    }

    /** A whole number of any length: "15625" as "15,625", "1147…" with 24 digits as "1.1 × 10^23". */
    static String digits(String whole) {
        return whole.length() <= 9
                ? count(Long.parseLong(whole))
                : whole.charAt(0) + "." + whole.charAt(1) + " × 10^" + (whole.length() - 1);
    }

    /** 0.0000021 as "2.1e-06". */
    static String scientific(double value) {
        return of("%.1e", value);
    }

    /** A size in bytes. */
    static String bytes(long value) {
        return value < 1000 ? value + " B" : magnitude(value) + "B";
    }

    /** A number in millions, for columns: 12345678 as "12.35". */
    static String millions(long value) {
        return of("%,.2f", value / 1e6);
    }

    /** A number in thousands, for columns: 312345 as "312.3". */
    static String thousands(long value) {
        return of("%,.1f", value / 1e3);
    }

    /** 751.2 as "12 min 31 s". */
    static String duration(double seconds) {
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
