package kshot.common;

import java.util.Locale;

/** The size of the Java heap. A file that would need too much of it is refused before memory is taken for it. */
public final class Heap {
    private static final int MEBIBYTE = 1 << 20;

    private Heap() {}

    /** Returns the bytes of a share of the heap's limit, which counts as at most 2⁵⁰. */
    public static long share(double share) {
        return (long) (share * Math.min(Runtime.getRuntime().maxMemory(), 1L << 50));
    }

    /** Returns the text of an error about something that needs more bytes than it may have. */
    public static String lack(long bytes, long allowed) {
        return String.format(
                Locale.ROOT,
                "needs %.0f MiB of memory; allowed: %.0f, a part of the %.0f that Java may use (-Xmx)",
                Math.ceil((double) bytes / MEBIBYTE),
                Math.floor((double) allowed / MEBIBYTE),
                Math.floor((double) share(1) / MEBIBYTE));
    }
}
