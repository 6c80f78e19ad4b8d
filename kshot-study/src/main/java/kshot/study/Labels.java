package kshot.study;

import java.util.Locale;

/** How studies call things, in JSON and to people. */
final class Labels {
    /** What the whiskers of all charts are. */
    static final String WHISKERS = "mean ± standard error over seeds";

    private Labels() {}

    /** A constant's name in JSON. */
    static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** A name in JSON as people write it. */
    static String plain(String key) {
        return key.replace("log_likelihood", "log-likelihood")
                .replace("_uniform_codes", ", uniform codes")
                .replace('_', ' ')
                .replace("flops", "FLOPs")
                .replace("params", "parameters");
    }
}
