package kshot.app.soak;

import java.io.IOException;
import java.nio.file.Path;
import kshot.common.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillAndResumeTest {
    @Test
    void aRunThatIsKilledLosesNothing(@TempDir Path folder) throws IOException, InterruptedException {
        KillAndResume.run(folder, 3, new Seed(1), 1, System.out::println);
    }
}
