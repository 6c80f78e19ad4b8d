package kshot.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kshot.common.InvalidInputException;

/**
 * Keeps a run directory to one process: a lock of the operating system on the file {@value #FILE}, which holds the number
 * of the process and when it started. The lock ends with the process, however that ends; the file stays.
 */
final class RunLock implements AutoCloseable {
    static final String FILE = "run.lock";

    /** Behind everything that is written, so that systems whose locks forbid reading let others read who has it. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /**
     * Directories that this process has. A second channel to a file that it has locked must not even be opened: on POSIX
     * systems closing it would end the lock.
     */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private RunLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes a directory that exists.
     *
     * @throws InvalidInputException if it is taken; the message names the process that has it
     */
    static RunLock acquire(Path runDirectory) throws IOException {
        Path directory = runDirectory.toRealPath();
        if (!OWN.add(directory)) {
            throw refusal(runDirectory, self());
        }
        try {
            FileChannel channel = FileChannel.open(
                    directory.resolve(FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            try {
                lock(runDirectory, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            return new RunLock(directory, channel);
        } catch (IOException | RuntimeException e) {
            OWN.remove(directory);
            throw e;
        }
    }

    /** Refuses a directory that another process works in, as {@link #acquire} does, but takes nothing. */
    static void requireFree(Path directory) throws IOException {
        if (Files.exists(directory.resolve(FILE))) {
            acquire(directory).close();
        }
    }

    @SuppressWarnings("resource") // The lock lasts as long as the channel.
    private static void lock(Path directory, FileChannel channel) throws IOException {
        if (channel.tryLock(LOCKED_BYTE, 1, false) == null) {
            ByteBuffer holder = ByteBuffer.allocate(100);
            channel.read(holder, 0);
            throw refusal(
                    directory,
                    StandardCharsets.US_ASCII.decode(holder.flip()).toString().strip());
        }
        channel.truncate(0);
        channel.write(StandardCharsets.US_ASCII.encode(self() + "\n"));
    }

    private static String self() {
        ProcessHandle process = ProcessHandle.current();
        Instant start = process.info().startInstant().orElseGet(Instant::now);
        return "process " + process.pid() + ", started " + start;
    }

    private static InvalidInputException refusal(Path directory, String holder) {
        return InvalidInputException.of(
                "run directory " + directory, "in use by " + holder, "one process at a time in a run directory");
    }

    @Override
    public void close() throws IOException {
        channel.close();
        OWN.remove(directory);
    }
}
