package kshot.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.WholeFile;

/**
 * The directory of a run, which one process has to itself until it is closed. It holds {@code config.yaml}, {@code run.db},
 * {@code checkpoints/}, and in the end {@code model.onnx}, {@code model.json} and {@code report.html}.
 */
public final class RunDirectory implements AutoCloseable {
    /** The name of the file of the exported model. */
    public static final String MODEL = "model.onnx";

    private static final String CONFIG = "config.yaml";
    private static final String CHECKPOINTS = "checkpoints";

    private final Path path;
    private final RunLock lock;

    private RunDirectory(Path path, RunLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Returns whether a path is the directory of a run, finished or not. */
    public static boolean isAt(Path path) {
        return Files.isRegularFile(path.resolve(CONFIG));
    }

    /** Returns whether a path is the directory of a run that has begun to train its supernets. */
    public static boolean hasTraining(Path path) {
        return isAt(path) && Files.isDirectory(path.resolve(CHECKPOINTS));
    }

    /**
     * Checks that a new run may be made at a path.
     *
     * @throws InvalidInputException if the path is a directory that is not empty, or in use
     */
    static void requireNew(Path path) throws IOException {
        RunLock.requireFree(path);
        requireEmpty(path);
    }

    /**
     * Makes the directory of a new run, with its settings.
     *
     * @throws InvalidInputException if it is not empty, in use, or may not be written
     * @throws IOException if it cannot be written for another reason, such as a full disk
     */
    static RunDirectory create(Path path, String config) throws IOException {
        RunDirectory directory;
        try {
            Files.createDirectories(path);
            directory = new RunDirectory(path, RunLock.acquire(path));
        } catch (IOException e) {
            throw unwritable("--out", path, e);
        }
        try {
            requireEmpty(path); // another process may have been faster
            WholeFile.write(directory.config(), config);
            return directory;
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /**
     * Opens the directory of a run that an earlier command made.
     *
     * @throws InvalidInputException if there is no run, it is in use, or may not be written
     */
    static RunDirectory open(Path path) throws IOException {
        InvalidInputException.require(isAt(path), "run directory", path, "one that the run command made");
        try {
            return new RunDirectory(path, RunLock.acquire(path));
        } catch (IOException e) {
            throw unwritable("run directory", path, e);
        }
    }

    private static void requireEmpty(Path path) {
        try (Stream<Path> files = Files.exists(path) ? Files.list(path) : Stream.empty()) {
            InvalidInputException.require(
                    files.allMatch(RunDirectory::isOfNoRun), "--out", path, "a new directory, or an empty one");
        } catch (IOException e) {
            throw new InvalidInputException("--out " + path + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** Returns whether a file may be left by a process that was killed before there was a run. */
    private static boolean isOfNoRun(Path file) {
        return file.endsWith(RunLock.FILE) || file.toString().endsWith(".part");
    }

    /** A folder that the user may not write to is wrong input; a full disk is a failure. */
    private static IOException unwritable(String option, Path path, IOException e) {
        Path place = path.toAbsolutePath();
        while (place.getParent() != null && !Files.exists(place)) {
            place = place.getParent();
        }
        String message = option + " " + path + ": cannot be written (" + e.getMessage() + ")";
        if (!Files.isDirectory(place) || !Files.isWritable(place)) {
            throw new InvalidInputException(message, e);
        }
        return new IOException(message, e);
    }

    /** Returns the path of the directory. */
    public Path path() {
        return path;
    }

    /** Returns the path of a file of the run. */
    public Path file(String name) {
        return path.resolve(name);
    }

    /** Returns the path of the settings. */
    Path config() {
        return file(CONFIG);
    }

    /** Returns the folder of the checkpoints of all trainings. */
    public Path checkpoints() {
        return file(CHECKPOINTS);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
