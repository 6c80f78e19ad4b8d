package kshot.run.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that a run is on. */
public final class Host {
    private Host() {}

    /** Returns the directory of things that can be made again, beside the caches of the user's other programs. */
    public static Path cacheDirectory() {
        String base = System.getenv("XDG_CACHE_HOME");
        return base == null || base.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache", "kshot")
                : Path.of(base, "kshot");
    }

    /** Name of the processor's model; of its kind where the system does not tell the model. */
    public static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
