package kshot.run.progress;

import java.util.Locale;

/** Times as text. */
public final class ElapsedTime {
    private ElapsedTime() {}

    /** Formats seconds as m:ss, or as h:mm:ss from one hour on. */
    public static String format(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }
}
