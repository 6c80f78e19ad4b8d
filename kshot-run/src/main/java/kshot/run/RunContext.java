package kshot.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kshot.common.Seed;
import kshot.data.Dataset;
import kshot.network.Cost;
import kshot.run.latency.LatencyTableFile;
import kshot.run.latency.LatencyTables;
import kshot.run.latency.MeasuredTable;
import kshot.run.progress.RunListener;
import kshot.run.settings.Settings;
import kshot.run.settings.SettingsTree;
import kshot.run.team.Team;
import kshot.search.FeasibleSampler;
import kshot.space.Limits;
import kshot.space.SearchSpace;
import kshot.tensor.Device;
import kshot.tensor.LibTorch;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a run, which never change while it works: settings, images, search spaces and the times of layers. Seed and
 * limits follow from them.
 *
 * @param settings all settings, resolved
 * @param images the images, and which step sees which
 * @param spaces the search space, at full size and as the supernets train it
 * @param measured times of the layers of the space; null where latency is not limited
 */
public record RunContext(
        Settings settings,
        DataSplits images,
        SearchSpaces spaces,
        @Nullable MeasuredTable measured) {

    /**
     * Loads images and spaces.
     *
     * @param kept the times of layers that the run began with: measured anew, the same architecture might leave the limit
     * @throws kshot.common.InvalidInputException if the images are not those with the fingerprint
     */
    static RunContext load(
            Settings settings, Optional<String> fingerprint, Optional<MeasuredTable> kept, RunListener listener) {
        Optional<LatencyTableFile> file = kept.isPresent()
                ? Optional.empty()
                : settings.limits().latencyFile().map(LatencyTableFile::read); // before the images, which take long
        DataSplits images = DataSplits.load(settings, listener);
        images.announce(settings.retrain().validationFraction(), listener);
        fingerprint.ifPresent(images::requireFingerprint);
        SearchSpaces spaces = SearchSpaces.of(settings.space(), images.dataset());
        SearchSpaces.standIn(spaces.target(), settings.finalists().standIn(), "finalists.");
        Optional<MeasuredTable> known = kept.or(
                () -> file.map(f -> f.of(spaces.target(), settings.limits().latencyThreads())));
        return new RunContext(settings, images, spaces, measured(settings, spaces, known, listener));
    }

    /**
     * Loads what a rank works on that helps rank 0. It needs no times of layers, as it does not search.
     *
     * @param settings of rank 0, but for those of this machine
     * @throws kshot.common.InvalidInputException if the images are not those with the fingerprint
     */
    public static RunContext ofMember(SettingsTree settings, String fingerprint) {
        SettingsTree own = settings.copy();
        own.set("limits.max_latency_ms", "null");
        own.setText("limits.latency_table", SettingsTree.NONE);
        Settings bound = own.bind();
        start(bound);
        return load(bound, Optional.of(fingerprint), Optional.empty(), RunListener.NONE);
    }

    /**
     * Makes this process ready to compute as settings say.
     *
     * @param team the ranks, of which this one leads
     * @throws kshot.common.InvalidInputException that says what their device lacks
     */
    static void start(Settings settings, Team team) {
        start(settings);
        if (!team.isAlone()) {
            new Device(settings.device()).requireUsableByRanks();
        }
    }

    private static void start(Settings settings) {
        LibTorch.start(settings.threads());
        new Device(settings.device()).requireUsable();
    }

    /** Completes the context by settings that were resolved with the help of its images and spaces. */
    RunContext resolved(Settings resolved, RunListener listener) {
        RunContext context = new RunContext(
                resolved, images, spaces, measured(resolved, spaces, Optional.ofNullable(measured), listener));
        FeasibleSampler.requireReachable(context.space(), context.limits());
        return context;
    }

    private static @Nullable MeasuredTable measured(
            Settings settings, SearchSpaces spaces, Optional<MeasuredTable> known, RunListener listener) {
        return settings.limits().maxLatencyMs() == null
                ? null
                : known.orElseGet(() -> new MeasuredTable(
                        LatencyTables.ofMachine(settings.limits().latencyThreads(), listener)
                                .of(spaces.target()),
                        null));
    }

    /** Returns the device that trains and scores. */
    public Device device() {
        return new Device(settings.device());
    }

    /** Returns the root of all randomness. */
    public Seed seed() {
        return new Seed(settings.seed());
    }

    /** Returns the limits of the search. */
    public Limits limits() {
        return settings.limits().limits(latency().map(MeasuredTable::table).orElse(null));
    }

    /** Returns the times of layers; empty where latency is not limited. */
    public Optional<MeasuredTable> latency() {
        return Optional.ofNullable(measured);
    }

    /** Returns the images and their shape. */
    public Dataset dataset() {
        return images.dataset();
    }

    /** Returns the space of the networks that are retrained, counted and exported. */
    public SearchSpace space() {
        return spaces.target();
    }

    /** Returns the space of the supernets' networks: the same decisions, perhaps with fewer cells, channels or pixels. */
    public SearchSpace supernetSpace() {
        return spaces.supernet();
    }

    /** Returns what a checkpoint of a training has to belong to, beside what is said of that training. */
    Map<String, String> identity() {
        Map<String, String> identity = new LinkedHashMap<>();
        identity.put("space", identity(space()));
        identity.put("seed", "" + settings.seed());
        identity.put("data", dataset().report().fingerprint());
        return identity;
    }

    /** Returns what tells a space from one that had its name before its file was edited, or in another version. */
    private static String identity(SearchSpace space) {
        Cost last = Cost.of(space.network(space.last()));
        return space.name() + " of " + space.size() + " architectures, the last with " + last.parameters()
                + " parameters and " + last.flops() + " FLOPs";
    }
}
