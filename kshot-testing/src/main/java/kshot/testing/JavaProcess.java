package kshot.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts Java in a process of its own, with the classes of this one. */
public final class JavaProcess {
    private JavaProcess() {}

    /**
     * Starts a main class. SIGINT does what it does in a terminal, even where this process was told to ignore it.
     *
     * @param log gets what it prints
     */
    public static Process start(Path log, String mainClass, List<String> arguments) throws IOException {
        ProcessBuilder builder = process(log, mainClass, arguments).redirectErrorStream(true);
        return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /**
     * Starts a main class with more environment variables.
     *
     * @param out gets what it prints on standard output
     * @param log gets what it prints on standard error
     */
    public static Process start(
            Path out, Path log, String mainClass, List<String> arguments, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = process(log, mainClass, arguments)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /**
     * Starts a command line that may start main classes.
     *
     * @param log gets what it prints
     */
    public static Process start(Path log, List<String> command) throws IOException {
        return process(log, command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Returns the command line of a main class. */
    public static List<String> command(String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx512m"));
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    private static ProcessBuilder process(Path log, String mainClass, List<String> arguments) {
        return process(log, command(mainClass, arguments));
    }

    private static ProcessBuilder process(Path log, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        // ONNX Runtime 1.29 searches the command line by a regular expression that overflows the stack on a long one.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        builder.environment().put("OPENBLAS_NUM_THREADS", "1");
        builder.environment().put("XDG_CACHE_HOME", log.resolveSibling("cache").toString());
        return builder;
    }

    /** Sends a signal: {@code INT}, {@code TERM}. */
    public static void signal(Process process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /**
     * Waits until something has happened.
     *
     * @throws IllegalStateException if the process ends without it
     */
    public static void await(Process process, Path log, Condition condition) throws IOException, InterruptedException {
        while (!condition.holds()) {
            if (!process.isAlive() && !condition.holds()) {
                throw new IllegalStateException("the process has ended: " + Files.readString(log));
            }
            Thread.sleep(2);
        }
    }

    /** Something that happens. */
    @FunctionalInterface
    public interface Condition {
        /** Whether it has happened. */
        boolean holds() throws IOException;
    }
}
