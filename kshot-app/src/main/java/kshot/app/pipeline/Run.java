package kshot.app.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kshot.app.config.Settings;
import kshot.app.config.SettingsTree;
import kshot.app.store.Facts;
import kshot.app.store.RunStore;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.common.WholeFile;
import kshot.data.Dataset;
import kshot.search.FeasibleSampler;
import kshot.space.SearchSpace;
import kshot.torch.LibTorch;

/**
 * A run: its directory, its settings, its images and its search space. Every step works on one.
 *
 * <p>The directory holds {@code config.yaml}, {@code run.db}, {@code checkpoints/}, and in the end {@code model.onnx},
 * {@code model.json} and {@code report.html}.
 */
public final class Run implements AutoCloseable {
    private static final String CONFIG = "config.yaml";
    private static final String CHECKPOINTS = "checkpoints";

    private final Path directory;
    private final Settings settings;
    private final Images images;
    private final SearchSpaces spaces;
    private final RunStore store;
    private final Console console;
    private final Seed seed;

    private Run(
            Path directory, Settings settings, Images images, SearchSpaces spaces, RunStore store, Console console) {
        this.directory = directory;
        this.settings = settings;
        this.images = images;
        this.spaces = spaces;
        this.store = store;
        this.console = console;
        this.seed = new Seed(settings.seed());
    }

    /**
     * A new run. Everything that can be wrong with the settings is found before the directory is made.
     *
     * @param directory new or empty
     */
    public static Run create(Path directory, SettingsTree tree, Console console) {
        requireEmpty(directory);
        Resolution.ofMachine(tree);
        Settings asked = Resolution.beforeImages(tree);
        Images images = Images.load(asked, console);
        SearchSpaces spaces = SearchSpaces.of(asked.space(), images.dataset());
        Resolution.ofSpace(tree, spaces.target());
        Settings settings = tree.bind();
        FeasibleSampler.requireReachable(spaces.target(), settings.limits().limits());
        LibTorch.start(settings.threads());
        try {
            Files.createDirectories(directory.resolve(CHECKPOINTS));
            WholeFile.write(directory.resolve(CONFIG), tree.toYaml());
        } catch (IOException e) {
            throw new InvalidInputException("--out " + directory + ": cannot be written (" + e.getMessage() + ")", e);
        }
        RunStore store = RunStore.create(directory);
        Run run = new Run(directory, settings, images, spaces, store, console);
        run.describe(tree);
        return run;
    }

    /** Opens the run of an earlier command. */
    public static Run open(Path directory, Console console) {
        return open(directory, tree -> {}, console);
    }

    /**
     * Opens the run of an earlier command with some settings changed for this time.
     *
     * @param change changes the settings that the run was made with
     */
    public static Run open(Path directory, Consumer<SettingsTree> change, Console console) {
        Path config = directory.resolve(CONFIG);
        InvalidInputException.require(
                Files.isRegularFile(config), "--run", directory, "a directory that the run command made");
        SettingsTree tree = SettingsTree.read(config);
        change.accept(tree);
        Settings settings = tree.bind();
        LibTorch.start(settings.threads());
        Images images = Images.load(settings, console);
        SearchSpaces spaces = SearchSpaces.of(settings.space(), images.dataset());
        RunStore store = RunStore.open(directory);
        store.get(Facts.DATA).ifPresent(data -> images.requireFingerprint(data.fingerprint()));
        return new Run(directory, settings, images, spaces, store, console);
    }

    private static void requireEmpty(Path directory) {
        try (Stream<Path> files = Files.exists(directory) ? Files.list(directory) : Stream.empty()) {
            InvalidInputException.require(
                    files.findAny().isEmpty(), "--out", directory, "a new directory, or an empty one");
        } catch (IOException e) {
            throw new InvalidInputException("--out " + directory + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private void describe(SettingsTree tree) {
        store.put(Facts.SETTINGS, tree.toMap());
        store.put(Facts.SEARCH, Descriptions.search(this));
        store.put(Facts.DATA, Descriptions.data(this));
        store.put(Facts.VERSIONS, Descriptions.versions());
        store.put(Facts.MACHINE, Descriptions.machine(settings.threads()));
    }

    /** Adds the time of a step to the store. */
    void addSeconds(String step, double seconds) {
        Map<String, Double> all =
                new LinkedHashMap<>(store.get(Facts.STAGE_SECONDS).orElse(Map.of()));
        all.put(step, seconds);
        store.put(Facts.STAGE_SECONDS, all);
    }

    /** A file of the run. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    Path checkpoint(String name) {
        return directory.resolve(CHECKPOINTS).resolve(name + ".safetensors");
    }

    /** The directory. */
    public Path directory() {
        return directory;
    }

    /** The settings, resolved. */
    public Settings settings() {
        return settings;
    }

    /** What was measured. */
    public RunStore store() {
        return store;
    }

    Console console() {
        return console;
    }

    Seed seed() {
        return seed;
    }

    Images images() {
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
    public void close() {
        store.close();
    }
}
