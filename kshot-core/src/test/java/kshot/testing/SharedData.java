package kshot.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Benchmark files beside the project, which are not part of it. */
public final class SharedData {
    private SharedData() {}

    /** The file; the calling test is skipped where it is absent. */
    public static Path require(String name) {
        Path file = Path.of(System.getProperty("kshot.root", "."), "..", "shared", "data", name)
                .normalize();
        Assumptions.assumeTrue(Files.exists(file), () -> "skipped: there is no " + file);
        return file;
    }
}
