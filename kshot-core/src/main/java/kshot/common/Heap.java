package kshot.common;

import java.util.Locale;

/** How much the Java heap can take: a file that would need more is refused before memory is taken for it. */
public final class Heap {
    private static final int MEBIBYTE = 1 << 20;

    private Heap() {}

    /** Bytes of a share of the heap's limit, at most 2⁵⁰. */
    public static long share(double share) {
        return (long) (share * Math.min(Runtime.getRuntime().maxMemory(), 1L << 50));
    }

    /** What to say of something that would need more bytes than are allowed to it. */
    public static String lack(long bytes, long allowed) {
        return String.format(
                Locale.ROOT,
                "needs %.0f MiB of memory; allowed: %.0f, a part of the %.0f that Java may use (-Xmx)",
                Math.ceil((double) bytes / MEBIBYTE),
                Math.floor((double) allowed / MEBIBYTE),
                Math.floor((double) share(1) / MEBIBYTE));
    }
}
