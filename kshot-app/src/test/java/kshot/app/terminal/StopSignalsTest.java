package kshot.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kshot.run.progress.StopRequest;
import kshot.run.progress.StoppedException;
import kshot.testing.JavaProcess;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopSignalsTest {
    private static final String READY = "ready";
    private static final String HEARD = "stopping after what is in work now; once more stops at once";

    /** Waits to be stopped, and never stops by itself. */
    public static final class Deaf {
        private Deaf() {}

        /** Entry point. */
        public static void main(String[] arguments) throws InterruptedException {
            Console console = new Console(new PrintStream(System.out, true, StandardCharsets.UTF_8), false);
            try (StopSignals signals = StopSignals.handTo(console)) {
                console.say(READY);
                Thread.sleep(60_000);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void theFirstSignalAsksAndTheSecondEndsTheProcess(String signal, int exitCode, @TempDir Path folder)
            throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process = JavaProcess.start(log, Deaf.class.getName(), List.of());
        JavaProcess.await(process, log, () -> Files.readString(log).contains(READY));
        JavaProcess.signal(process, signal);
        JavaProcess.await(process, log, () -> Files.readString(log).contains(HEARD));
        assertThat(process.isAlive()).isTrue();
        JavaProcess.signal(process, signal);
        assertThat(process.waitFor()).isEqualTo(exitCode);
        assertThat(Files.readString(log).lines()).containsExactly(READY, HEARD);
    }

    @ParameterizedTest
    @CsvSource({"2, 130", "15, 143"})
    void aStoppedRunHasTheExitCodeOfItsSignal(int signal, int exitCode) {
        StopRequest request = new StopRequest();
        request.check();
        request.request(signal);
        assertThatThrownBy(request::check)
                .isInstanceOfSatisfying(
                        StoppedException.class, e -> assertThat(e.exitCode()).isEqualTo(exitCode));
    }
}
