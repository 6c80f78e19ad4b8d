package kshot.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The environment variables that have to be set before the JVM starts, so that native libraries are fast. The launcher of the
 * command line sets them; a program that embeds kshot has to. See {@code docs/library.md}.
 */
final class NativeEnvironment {
    private NativeEnvironment() {}

    /**
     * Returns the variables that are missing, each as {@code NAME=VALUE} with a value that does.
     *
     * @param environment the variables of the process
     * @param system name of the operating system
     */
    static List<String> missing(Map<String, String> environment, String system) {
        List<String> missing = new ArrayList<>();
        if (!"1".equals(environment.get("OPENBLAS_NUM_THREADS"))) {
            missing.add("OPENBLAS_NUM_THREADS=1");
        }
        if (!environment.containsKey("ONEDNN_PRIMITIVE_CACHE_CAPACITY")) {
            missing.add("ONEDNN_PRIMITIVE_CACHE_CAPACITY=100000");
        }
        if (system.toLowerCase(Locale.ROOT).contains("linux") && !environment.containsKey("GLIBC_TUNABLES")) {
            missing.add("GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:"
                    + "glibc.malloc.trim_threshold=1073741824");
        }
        return missing;
    }

    /** Logs one warning that names what is missing. */
    static void check() {
        List<String> missing = missing(System.getenv(), System.getProperty("os.name"));
        if (!missing.isEmpty()) {
            System.getLogger("kshot")
                    .log(
                            System.Logger.Level.WARNING,
                            "slow: set before Java starts: " + String.join(" ", missing)
                                    + " (docs/library.md says why)");
        }
    }
}
