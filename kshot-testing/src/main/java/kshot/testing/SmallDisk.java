package kshot.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system in memory that is soon full. Where this user may not mount one, the test that wants it is skipped. */
public final class SmallDisk implements AutoCloseable {
    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /**
     * Mounts one.
     *
     * @param folder where, made for it
     * @param kilobytes its size
     */
    public static SmallDisk mount(Path folder, long kilobytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int code = run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", folder.toString());
        assumeThat(code).as("exit code of mount, which needs a privilege").isZero();
        return new SmallDisk(folder);
    }

    /** Makes it larger. */
    public void grow(long kilobytes) throws IOException, InterruptedException {
        remount("size=" + kilobytes + "k");
    }

    /** Lets nobody write to it any more. */
    public void forbidWriting() throws IOException, InterruptedException {
        remount("ro");
    }

    private void remount(String option) throws IOException, InterruptedException {
        if (run("mount", "-o", "remount," + option, folder.toString()) != 0) {
            throw new IOException(folder + " could be mounted, but not with " + option);
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor();
        } catch (IOException e) {
            assumeThat(e).as("there is a program " + command[0]).isNull();
            throw e;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("umount", "--lazy", folder.toString());
    }
}
