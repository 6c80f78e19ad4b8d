package kshot.app.ranks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import kshot.ranks.Ranks;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The other processes of a job whose ranks are all on this machine: those that rank 0 has started with its own command line, or, for one
 * of these, rank 0. A process hears of their ends also before the ranks are connected.
 */
public final class LocalRanks implements AutoCloseable {
    private static final String MAIN = "kshot.app.Main";
    private static final String LEAD = "KSHOT_LEAD_PROCESS";
    private static final long SECONDS_TO_END = 5;

    private final List<Process> processes = new ArrayList<>();
    private final Map<Integer, CompletableFuture<?>> ends = new TreeMap<>();
    private final AtomicBoolean met = new AtomicBoolean();

    /** No other processes: a launcher has started them. */
    public static final LocalRanks NONE = new LocalRanks();

    private LocalRanks() {}

    /** Returns rank 0 if it has started this process; nobody where a launcher has. */
    public static LocalRanks starter() {
        LocalRanks others = new LocalRanks();
        String lead = System.getenv(LEAD);
        if (lead != null) {
            Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(lead));
            others.ends.put(
                    0,
                    process.isPresent() ? process.get().onExit() : CompletableFuture.completedFuture("gone already"));
        }
        return others;
    }

    /**
     * Starts them.
     *
     * @param lead the place of this process
     * @param command that this process was started with
     */
    public static LocalRanks start(Ranks lead, CommandSpec command) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        line.add(MAIN);
        line.addAll(command.root().commandLine().getParseResult().originalArgs());
        LocalRanks others = new LocalRanks();
        for (int rank = 1; rank < lead.size(); rank++) {
            ProcessBuilder builder = new ProcessBuilder(line)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            // ONNX Runtime searches the command line by a regular expression that overflows the stack on a long class
            // path.
            builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            builder.environment().putAll(lead.variables(rank));
            builder.environment().put(LEAD, "" + ProcessHandle.current().pid());
            Process process = builder.start();
            others.processes.add(process);
            others.ends.put(rank, process.onExit());
        }
        return others;
    }

    /** Hears, as long as they have not {@linkplain #haveMet met}, of one that has ended, and so will never come. */
    public void onEarlyEnd(IntConsumer rank) {
        ends.forEach((other, end) -> {
            CompletableFuture<Void> unused = end.thenAccept(ended -> {
                if (!met.get()) {
                    rank.accept(other);
                }
            });
        });
    }

    /** Says that all are connected, and hear of each other from now on. */
    public void haveMet() {
        met.set(true);
    }

    /** Returns a port of this machine that nobody uses now. */
    public static int freePort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }

    /** Waits for them, but not long: they know that the job has ended. */
    @Override
    public void close() {
        haveMet();
        for (Process process : processes) {
            try {
                if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }
}
