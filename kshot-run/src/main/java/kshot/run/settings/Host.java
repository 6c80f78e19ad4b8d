package kshot.run.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The machine that a run is on. */
public final class Host {
    private Host() {}

    /**
     * Returns the directory of things that can be made again, beside the caches of the user's other programs; null if there is
     * none that can be written. In a container the user may have no home, or one that is not the user's.
     */
    public static @Nullable Path cacheDirectory() {
        return cacheDirectory(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home"));
    }

    /** Returns it for a folder of caches and a home, either of which may be missing. */
    static @Nullable Path cacheDirectory(@Nullable String caches, @Nullable String home) {
        return Stream.of(
                        Stream.ofNullable(caches).map(Path::of),
                        Stream.ofNullable(home).map(it -> Path.of(it, ".cache")))
                .flatMap(folder -> folder)
                // Java calls a home that it does not know '?', and a relative folder would be left wherever a command
                // is called.
                .filter(Path::isAbsolute)
                .map(folder -> folder.resolve("kshot"))
                .filter(Host::canBeWritten)
                .findFirst()
                .orElse(null);
    }

    private static boolean canBeWritten(Path folder) {
        try {
            return Files.isWritable(Files.createDirectories(folder));
        } catch (IOException e) {
            return false;
        }
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
