package kshot.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.testing.JavaProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
    @TempDir
    private Path folder;

    /** Takes a directory and keeps it. */
    public static final class Holder {
        private Holder() {}

        /** Entry point. */
        public static void main(String[] arguments) throws IOException, InterruptedException {
            try (RunLock lock = RunLock.acquire(Path.of(arguments[0]))) {
                System.out.println("taken");
                Thread.sleep(60_000);
            }
        }
    }

    /** A lock does not outlive its process, even one that had no time to give it back. */
    @Test
    void anotherProcessIsNamedAsLongAsItLives() throws IOException, InterruptedException {
        Path run = Files.createDirectory(folder.resolve("run"));
        RunLock.requireFree(run);
        Path log = folder.resolve("log");
        Process holder = JavaProcess.start(log, Holder.class.getName(), List.of(run.toString()));
        JavaProcess.await(holder, log, () -> Files.readString(log).contains("taken"));
        assertThatThrownBy(() -> RunLock.acquire(run))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching("run directory .*: in use by process " + holder.pid()
                        + ", started 2\\d{3}-[0-9T:.-]+Z is not allowed; allowed: one process at a time.*");
        assertThatThrownBy(() -> RunLock.requireFree(run)).hasMessageContaining("process " + holder.pid());
        holder.destroyForcibly().waitFor();
        RunLock.requireFree(run);
        RunLock.acquire(run).close();
    }

    @Test
    void thisProcessTakesADirectoryOnce() throws IOException {
        String self = "process " + ProcessHandle.current().pid();
        try (RunLock lock = RunLock.acquire(folder)) {
            assertThatThrownBy(() -> RunLock.acquire(folder.resolve("."))).hasMessageContaining(self);
            assertThat(folder.resolve(RunLock.FILE)).content().startsWith(self);
        }
        RunLock.acquire(folder).close();
    }
}
