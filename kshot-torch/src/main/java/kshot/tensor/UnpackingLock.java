package kshot.tensor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to unpack natives, which one process of a machine has at a time: two that unpack the same library at once may load half of
 * it, and crash. Where a file cannot be locked there is none, as with one process.
 */
final class UnpackingLock implements AutoCloseable {
    private static final String FILE = "kshot-unpacking.lock";

    private final @Nullable FileChannel channel;

    private UnpackingLock(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for the right to unpack into a folder. */
    @SuppressWarnings("resource") // The lock lasts as long as the channel.
    static UnpackingLock of(String folder) {
        try {
            Path file = Files.createDirectories(Path.of(folder)).resolve(FILE);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.lock();
            return new UnpackingLock(channel);
        } catch (IOException e) {
            return new UnpackingLock(null);
        }
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The lock ends with the process at the latest.
            return;
        }
    }
}
