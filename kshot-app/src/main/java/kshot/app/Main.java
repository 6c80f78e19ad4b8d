package kshot.app;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import kshot.app.cli.KshotCommand;
import kshot.app.terminal.StopSignals;

/** Entry point of the command line. */
public final class Main {
    private Main() {}

    /** Runs a command and exits with its code: 0, 1 for a failure, 2 for wrong input. */
    public static void main(String[] args) {
        StopSignals.haltAtOnce();
        System.exit(KshotCommand.execute(args, writer(System.out), writer(System.err)));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }
}
