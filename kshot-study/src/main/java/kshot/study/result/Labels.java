package kshot.study.result;

import java.util.Locale;

/** The names of quantities in JSON, and as people write them. */
public final class Labels {
    private Labels() {}

    /** Returns the name of a constant in JSON. */
    public static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Returns a name in JSON as people write it. */
    public static String plain(String key) {
        return key.replace("log_likelihood", "log-likelihood")
                .replace("_uniform_codes", ", uniform codes")
                .replace("_without_", ", without ")
                .replace('_', ' ')
                .replace("flops", "FLOPs")
                .replace("params", "parameters");
    }

    /** Returns what Kendall's τ-b by a score is called. */
    public static String tauB(String score) {
        return "τ-b by " + plain(score);
    }
}
