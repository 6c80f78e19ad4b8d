package kshot.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.common.WholeFile;
import kshot.data.Dataset;
import kshot.execute.LibTorch;
import kshot.latency.LatencyTable;
import kshot.run.latency.LatencyTables;
import kshot.run.progress.RunListener;
import kshot.run.progress.StopRequest;
import kshot.run.settings.Settings;
import kshot.run.settings.SettingsTree;
import kshot.run.store.EventWriter;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.search.FeasibleSampler;
import kshot.space.Limits;
import kshot.space.SearchSpace;
import kshot.train.Checkpoints;
import org.jspecify.annotations.Nullable;

/**
 * A run: its directory, its settings, its images and its search space. Every step works on one. It has its directory to
 * itself until it is closed.
 *
 * <p>The directory holds {@code config.yaml}, {@code run.db}, {@code checkpoints/}, and in the end {@code model.onnx},
 * {@code model.json} and {@code report.html}.
 */
public final class Run implements AutoCloseable {
    private static final String CONFIG = "config.yaml";
    private static final String CHECKPOINTS = "checkpoints";

    private final Path directory;
    private final boolean isNew;
    private final RunLock lock;
    private final RunStore store;
    private final Settings settings;
    private final DataSplits images;
    private final SearchSpaces spaces;
    private final @Nullable LatencyTable latency;
    private final RunListener listener;
    private final Seed seed;
    private final StopRequest stop;
    private @Nullable EventWriter events;

    private Run(
            Path directory,
            boolean isNew,
            RunLock lock,
            RunStore store,
            Settings settings,
            DataSplits images,
            SearchSpaces spaces,
            @Nullable LatencyTable latency,
            RunListener listener,
            StopRequest stop) {
        this.directory = directory;
        this.isNew = isNew;
        this.lock = lock;
        this.store = store;
        this.settings = settings;
        this.images = images;
        this.spaces = spaces;
        this.latency = latency;
        this.listener = listener;
        this.stop = stop;
        this.seed = new Seed(settings.seed());
    }

    /**
     * A new run. Everything that can be wrong with the settings is found before the directory is made.
     *
     * @param directory new or empty
     * @throws InvalidInputException if a setting is wrong, the directory is not empty or in use, or may not be written
     * @throws IOException if it cannot be written for another reason, such as a full disk
     */
    public static Run create(Path directory, SettingsTree tree, RunListener listener) throws IOException {
        return create(directory, tree, listener, new StopRequest());
    }

    /** The same for a run that a wish of its caller stops. */
    public static Run create(Path directory, SettingsTree tree, RunListener listener, StopRequest stop)
            throws IOException {
        RunLock.requireFree(directory);
        requireEmpty(directory);
        SettingsResolver.ofMachine(tree);
        Settings asked = SettingsResolver.beforeImages(tree);
        DataSplits images = DataSplits.load(asked, listener);
        SearchSpaces spaces = SearchSpaces.of(asked.space(), images.dataset());
        SettingsResolver.ofSpace(tree, spaces.target());
        Settings settings = tree.bind();
        LatencyTable latency = latency(settings, spaces, Optional.empty(), listener);
        FeasibleSampler.requireReachable(spaces.target(), settings.limits().limits(latency));
        LibTorch.start(settings.threads());
        RunLock lock = takeNew(directory);
        try {
            requireEmpty(directory); // another process may have been faster
            WholeFile.write(directory.resolve(CONFIG), tree.toYaml());
            RunStore store = RunStore.create(directory);
            try {
                Run run = new Run(directory, true, lock, store, settings, images, spaces, latency, listener, stop);
                run.describe(tree);
                return run;
            } catch (RuntimeException e) {
                store.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static RunLock takeNew(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
            return RunLock.acquire(directory);
        } catch (IOException e) {
            throw unwritable("--out", directory, e);
        }
    }

    /** A folder that the user may not write to is wrong input; a full disk is a failure. */
    private static IOException unwritable(String option, Path directory, IOException e) {
        Path place = directory.toAbsolutePath();
        while (place.getParent() != null && !Files.exists(place)) {
            place = place.getParent();
        }
        String message = option + " " + directory + ": cannot be written (" + e.getMessage() + ")";
        if (!Files.isDirectory(place) || !Files.isWritable(place)) {
            throw new InvalidInputException(message, e);
        }
        return new IOException(message, e);
    }

    /** Whether there is a run in a directory, finished or not. */
    public static boolean isAt(Path directory) {
        return Files.isRegularFile(directory.resolve(CONFIG));
    }

    /** Whether there is a run in a directory that has begun to train its supernets. */
    public static boolean hasTraining(Path directory) {
        return isAt(directory) && Files.isDirectory(directory.resolve(CHECKPOINTS));
    }

    /** Opens the run of an earlier command. */
    public static Run open(Path directory, RunListener listener) throws IOException {
        return open(directory, tree -> {}, listener);
    }

    /**
     * Opens the run of an earlier command with some settings changed for this time.
     *
     * @param change changes the settings that the run was made with
     * @throws InvalidInputException if there is no such run, it is in use, or its settings or its images have been changed
     * @throws IOException if the directory cannot be written
     */
    public static Run open(Path directory, Consumer<SettingsTree> change, RunListener listener) throws IOException {
        return open(directory, change, listener, new StopRequest());
    }

    /** The same for a run that a wish of its caller stops. */
    public static Run open(Path directory, Consumer<SettingsTree> change, RunListener listener, StopRequest stop)
            throws IOException {
        InvalidInputException.require(isAt(directory), "run directory", directory, "one that the run command made");
        RunLock lock = take(directory);
        try {
            // A run that was interrupted in its first moments may lack its store.
            RunStore store = RunStore.create(directory);
            try {
                return open(directory, lock, store, change, listener, stop);
            } catch (RuntimeException e) {
                store.close();
                throw e;
            }
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static RunLock take(Path directory) throws IOException {
        try {
            return RunLock.acquire(directory);
        } catch (IOException e) {
            throw unwritable("run directory", directory, e);
        }
    }

    private static Run open(
            Path directory,
            RunLock lock,
            RunStore store,
            Consumer<SettingsTree> change,
            RunListener listener,
            StopRequest stop) {
        SettingsTree tree = SettingsTree.read(directory.resolve(CONFIG));
        SettingsResolver.ofMachine(tree); // a setting that an older kshot did not have has its word from the preset
        store.get(RunMetadata.SETTINGS)
                .ifPresent(began -> SettingsTree.of(began)
                        .requireAgreement(tree, "where the run began", "in its " + CONFIG + " now"));
        SettingsTree changed = tree.copy();
        change.accept(changed);
        Settings settings = changed.bind();
        LibTorch.start(settings.threads());
        DataSplits images = DataSplits.load(settings, listener);
        store.get(RunMetadata.DATA).ifPresent(data -> images.requireFingerprint(data.fingerprint()));
        SearchSpaces spaces = SearchSpaces.of(settings.space(), images.dataset());
        LatencyTable latency = latency(settings, spaces, store.get(RunMetadata.LATENCY_TABLE), listener);
        Run run = new Run(directory, false, lock, store, settings, images, spaces, latency, listener, stop);
        if (store.get(RunMetadata.SETTINGS).isEmpty()) {
            run.describe(tree);
        }
        return run;
    }

    /** The times that the run began with: measured anew, the same architecture might leave the limit. */
    private static @Nullable LatencyTable latency(
            Settings settings, SearchSpaces spaces, Optional<LatencyTable> kept, RunListener listener) {
        return settings.limits().maxLatencyMs() == null
                ? null
                : kept.orElseGet(() -> LatencyTables.ofMachine(settings.limits().latencyThreads(), listener)
                        .of(spaces.target()));
    }

    private static void requireEmpty(Path directory) {
        try (Stream<Path> files = Files.exists(directory) ? Files.list(directory) : Stream.empty()) {
            InvalidInputException.require(
                    files.allMatch(Run::isOfNoRun), "--out", directory, "a new directory, or an empty one");
        } catch (IOException e) {
            throw new InvalidInputException("--out " + directory + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** What a process leaves that is killed before there is a run. */
    private static boolean isOfNoRun(Path file) {
        return file.endsWith(RunLock.FILE) || file.toString().endsWith(".part");
    }

    /** The settings last: a store that has them has everything. */
    private void describe(SettingsTree tree) {
        store.put(RunMetadata.SEARCH, MetadataWriter.search(this));
        store.put(RunMetadata.DATA, MetadataWriter.data(this));
        store.put(RunMetadata.VERSIONS, MetadataWriter.versions());
        if (latency != null) {
            store.put(RunMetadata.LATENCY_TABLE, latency);
        }
        store.put(RunMetadata.MACHINE, MetadataWriter.machine(settings.threads()));
        store.put(RunMetadata.SETTINGS, tree.toMap());
    }

    /** Refuses to go on with what another version began: the rest would not be what that one would have made of it. */
    void requireSameVersion() {
        Map<String, String> began = store.get(RunMetadata.VERSIONS).orElse(Map.of());
        MetadataWriter.versions().forEach((name, now) -> {
            if (List.of(MetadataWriter.KSHOT, MetadataWriter.LIBTORCH, MetadataWriter.ONEDNN)
                    .contains(name)) {
                InvalidInputException.require(
                        now.equals(began.get(name)),
                        "version of " + name,
                        now,
                        "the one that this run began with, " + began.get(name));
            }
        });
    }

    /** Seconds that a step has taken so far. */
    double seconds(String step) {
        return allSeconds().getOrDefault(step, 0.0);
    }

    void putSeconds(String step, double seconds) {
        Map<String, Double> all = new LinkedHashMap<>(allSeconds());
        all.put(step, seconds);
        store.put(RunMetadata.STAGE_SECONDS, all);
    }

    private Map<String, Double> allSeconds() {
        return store.get(RunMetadata.STAGE_SECONDS).orElse(Map.of());
    }

    /** Seconds that all steps together have taken so far. */
    public double seconds() {
        return allSeconds().values().stream().mapToDouble(s -> s).sum();
    }

    /** A file of the run. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    /**
     * The checkpoints of a training of this run, and of no other.
     *
     * @param identity what it is a training of, beside the run
     * @param snapshots steps after which there is one in any case, which stays
     */
    Checkpoints checkpoints(String name, Map<String, String> identity, Collection<Long> snapshots) {
        Map<String, String> all = new LinkedHashMap<>(identity);
        all.put("space", space().name());
        all.put("seed", "" + settings.seed());
        all.put("data", dataset().report().fingerprint());
        return new Checkpoints(
                directory.resolve(CHECKPOINTS),
                name,
                all,
                snapshots,
                settings.checkpoint().everySeconds(),
                listener::say);
    }

    /** The directory. */
    public Path directory() {
        return directory;
    }

    /** Whether it began with this process. */
    boolean isNew() {
        return isNew;
    }

    /** The settings, resolved. */
    public Settings settings() {
        return settings;
    }

    /** The limits of the search. */
    public Limits limits() {
        return settings.limits().limits(latency);
    }

    /** The times of this space's layers; nothing where latency is not limited. */
    Optional<LatencyTable> latency() {
        return Optional.ofNullable(latency);
    }

    /** What was measured. */
    public RunStore store() {
        return store;
    }

    /** Curves for TensorBoard: one file for each process that works on the run, made when there is something to write. */
    synchronized EventWriter events() {
        if (events == null) {
            events = EventWriter.open(directory, Clock.systemUTC());
        }
        return events;
    }

    /** By which the user asks it to stop. */
    public StopRequest stop() {
        return stop;
    }

    RunListener listener() {
        return listener;
    }

    Seed seed() {
        return seed;
    }

    DataSplits images() {
        return images;
    }

    Dataset dataset() {
        return images.dataset();
    }

    /** The space of the networks that are retrained, counted and exported. */
    public SearchSpace space() {
        return spaces.target();
    }

    /** The space of the supernets' networks: the same, or a cheaper stand-in with the same decisions. */
    SearchSpace supernetSpace() {
        return spaces.supernet();
    }

    @Override
    public synchronized void close() throws IOException {
        if (events != null) {
            events.close();
        }
        store.close();
        lock.close();
    }
}
