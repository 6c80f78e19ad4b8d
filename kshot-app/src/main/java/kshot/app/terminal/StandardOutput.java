package kshot.app.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The standard output of a process whose natives print to it, too: Gloo says there whom it is connected to. They get the null device
 * instead, and results go by way of a process that has kept the output.
 */
public final class StandardOutput implements AutoCloseable {
    private final Process keeper;
    private final PrintWriter writer;

    private StandardOutput(Process keeper) {
        this.keeper = keeper;
        this.writer = new PrintWriter(keeper.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Takes the standard output from all others, for the rest of the process. */
    public static StandardOutput taken() throws IOException {
        StandardOutput output = new StandardOutput(new ProcessBuilder("cat")
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        silence();
        return output;
    }

    /** Leaves nothing of what is printed from now on. */
    public static void silence() {
        // Java puts the null device in its place, so that no file that is opened later gets its number.
        System.out.close();
    }

    /** Returns where results are printed. */
    public PrintWriter writer() {
        return writer;
    }

    /** Waits until all is printed. */
    @Override
    public void close() {
        writer.close();
        try {
            keeper.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
