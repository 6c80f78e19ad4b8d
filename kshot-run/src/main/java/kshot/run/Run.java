package kshot.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import kshot.common.InvalidInputException;
import kshot.run.latency.MeasuredTable;
import kshot.run.progress.RunListener;
import kshot.run.settings.Settings;
import kshot.run.settings.SettingsTree;
import kshot.run.store.EventWriter;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.run.team.Assignment;
import kshot.run.team.Team;
import kshot.train.Checkpoints;
import org.jspecify.annotations.Nullable;

/**
 * A run that is open: its directory, its store, its context and the listener that hears of it. Every step of the pipeline
 * reads what it needs from them, and leaves its results there.
 */
public final class Run implements AutoCloseable {
    private final RunDirectory directory;
    private final boolean isNew;
    private final RunStore store;
    private final RunContext context;
    private final RunListener listener;
    private final Team team;
    private @Nullable EventWriter events;

    private Run(
            RunDirectory directory,
            boolean isNew,
            RunStore store,
            RunContext context,
            RunListener listener,
            Team team) {
        this.team = team;
        this.directory = directory;
        this.isNew = isNew;
        this.store = store;
        this.context = context;
        this.listener = listener;
    }

    /**
     * Makes a new run. Everything that can be wrong with the settings is found before the directory is made.
     *
     * @param path of its directory, new or empty
     * @param tree the settings; words that stand for something to be found are replaced by what was found
     * @throws InvalidInputException if a setting is wrong, the directory is not empty or in use, or may not be written
     * @throws IOException if it cannot be written for another reason, such as a full disk
     */
    public static Run create(Path path, SettingsTree tree, RunListener listener) throws IOException {
        return create(path, tree, listener, Team.ALONE);
    }

    /**
     * Makes a new run of several ranks, as {@link #create(Path, SettingsTree, RunListener)} does; then lets the others prepare for it.
     *
     * @param team the ranks; the caller closes it
     */
    public static Run create(Path path, SettingsTree tree, RunListener listener, Team team) throws IOException {
        RunDirectory.requireNew(path);
        SettingsResolver.ofMachine(tree);
        Settings open = SettingsResolver.beforeImages(tree);
        RunContext.start(open, team);
        RunContext asked = RunContext.load(open, Optional.empty(), Optional.empty(), listener);
        SettingsResolver.ofSpace(tree, asked.space());
        RunContext context = asked.resolved(tree.bind(), listener);
        RunDirectory directory = RunDirectory.create(path, tree.toYaml());
        try {
            Run run = new Run(directory, true, RunStore.create(path), context, listener, team);
            run.describe(tree);
            run.prepareTeam();
            return run;
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /** Opens the run of an earlier command. */
    public static Run open(Path path, RunListener listener) throws IOException {
        return open(path, tree -> {}, listener, Team.ALONE);
    }

    /** Opens the run of an earlier command for several ranks. */
    public static Run open(Path path, RunListener listener, Team team) throws IOException {
        return open(path, tree -> {}, listener, team);
    }

    /**
     * Opens the run of an earlier command with some settings changed for this time.
     *
     * @param change changes the settings that the run was made with
     * @throws InvalidInputException if there is no such run, it is in use, or its settings or its images have been changed
     * @throws IOException if the directory cannot be written
     */
    public static Run open(Path path, Consumer<SettingsTree> change, RunListener listener) throws IOException {
        return open(path, change, listener, Team.ALONE);
    }

    /**
     * Opens the run of an earlier command with several ranks, as {@link #open(Path, Consumer, RunListener)} does; then lets the others
     * prepare for it.
     *
     * @param team the ranks; the caller closes it
     */
    public static Run open(Path path, Consumer<SettingsTree> change, RunListener listener, Team team)
            throws IOException {
        RunDirectory directory = RunDirectory.open(path);
        try {
            // A run that was interrupted in its first moments may lack its store.
            RunStore store = RunStore.create(path);
            try {
                return open(directory, store, change, listener, team);
            } catch (IOException | RuntimeException e) {
                store.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private static Run open(
            RunDirectory directory, RunStore store, Consumer<SettingsTree> change, RunListener listener, Team team)
            throws IOException {
        SettingsTree tree = SettingsTree.read(directory.config());
        SettingsResolver.ofMachine(tree); // a setting that an older kshot did not have has its word from the preset
        store.get(RunMetadata.SETTINGS)
                .ifPresent(began -> SettingsTree.of(began)
                        .requireAgreement(
                                tree,
                                "where the run began",
                                "in its " + directory.config().getFileName() + " now"));
        SettingsTree changed = tree.copy();
        change.accept(changed);
        Settings settings = SettingsResolver.beforeImages(changed);
        RunContext.start(settings, team);
        RunContext context = RunContext.load(
                settings,
                store.get(RunMetadata.DATA).map(RunMetadata.Data::fingerprint),
                store.get(RunMetadata.LATENCY_TABLE)
                        .map(table -> new MeasuredTable(
                                table, store.get(RunMetadata.LATENCY_MACHINE).orElse(null))),
                listener);
        Run run = new Run(directory, false, store, context, listener, team);
        if (store.get(RunMetadata.SETTINGS).isEmpty()) {
            run.describe(tree);
        }
        run.prepareTeam();
        return run;
    }

    private void prepareTeam() {
        team.prepare(new Assignment.Prepare(
                store.get(RunMetadata.SETTINGS).orElseThrow(),
                context.dataset().report().fingerprint()));
    }

    /** Stores what the run is. The settings come last: a store that has them has everything. */
    private void describe(SettingsTree tree) throws IOException {
        LeftOutFile.write(directory, context.dataset().report().leftOut());
        store.put(RunMetadata.SEARCH, MetadataWriter.search(context));
        store.put(RunMetadata.DATA, MetadataWriter.data(context));
        store.put(RunMetadata.VERSIONS, MetadataWriter.versions());
        context.latency().ifPresent(measured -> {
            measured.machine().ifPresent(machine -> store.put(RunMetadata.LATENCY_MACHINE, machine));
            store.put(RunMetadata.LATENCY_TABLE, measured.table());
        });
        store.put(RunMetadata.MACHINE, MetadataWriter.machine(context));
        store.put(RunMetadata.SETTINGS, tree.toMap());
    }

    /** Refuses to go on with what another version began: the rest would not be what that one would have made of it. */
    public void requireSameVersion() {
        Map<String, String> began = store.get(RunMetadata.VERSIONS).orElse(Map.of());
        Map<String, String> now = MetadataWriter.versions();
        for (String name : List.of(MetadataWriter.KSHOT, MetadataWriter.LIBTORCH, MetadataWriter.ONEDNN)) {
            InvalidInputException.require(
                    String.valueOf(now.get(name)).equals(began.get(name)),
                    "version of " + name,
                    now.get(name),
                    "the one that this run began with, " + began.get(name));
        }
    }

    /**
     * Returns the checkpoints of a training of this run, and of no other.
     *
     * @param identity says which training it is
     * @param snapshots steps after which there is one in any case, which stays
     */
    public Checkpoints checkpoints(String name, Map<String, String> identity, Collection<Long> snapshots) {
        Map<String, String> all = new LinkedHashMap<>(identity);
        all.putAll(context.identity());
        return new Checkpoints(
                directory.checkpoints(),
                name,
                all,
                snapshots,
                context.settings().checkpoint().everySeconds(),
                listener::say);
    }

    /** Returns the directory. */
    public RunDirectory directory() {
        return directory;
    }

    /** Returns whether the run began with this process. */
    public boolean isNew() {
        return isNew;
    }

    /** Returns what the run works on. */
    public RunContext context() {
        return context;
    }

    /** Returns the ranks that do the run, of which this is rank 0. */
    public Team team() {
        return team;
    }

    /** Returns the store of everything that was measured. */
    public RunStore store() {
        return store;
    }

    /** Returns the listener that hears of the run, and by which its caller stops it. */
    public RunListener listener() {
        return listener;
    }

    /** Returns the curves for TensorBoard: one file for each process, made when there is something to write. */
    public synchronized EventWriter events() {
        if (events == null) {
            events = EventWriter.open(directory.path(), Clock.systemUTC());
        }
        return events;
    }

    @Override
    public synchronized void close() throws IOException {
        if (events != null) {
            events.close();
        }
        store.close();
        directory.close();
    }
}
