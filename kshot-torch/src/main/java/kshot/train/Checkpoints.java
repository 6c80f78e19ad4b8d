package kshot.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.tensor.Safetensors;

/**
 * The checkpoints of one training: {@code NAME-STEP.safetensors} in a folder, of which the last two are kept, so that
 * there is one to go back to where the last one is damaged. Those of some steps, the snapshots, stay.
 *
 * <p>Each carries what it belongs to, such as the seed and the fingerprint of the images. A training of something else
 * is refused.
 */
public final class Checkpoints {
    private static final int KEPT = 2;

    /** Time from one checkpoint to the next, in multiples of what writing the one took: that is 2 % of the time at most. */
    private static final long PAUSE = 50;

    private final Path folder;
    private final String name;
    private final Pattern pattern;
    private final Map<String, String> identity;
    private final Set<Long> snapshots;
    private final long every;
    private final Consumer<String> warnings;
    private final LongSupplier nanoTime;
    private long due;
    private long written = -1;

    /**
     * The checkpoints of a training that begins or goes on now.
     *
     * @param folder where they are, made when it is needed
     * @param name what their file names begin with
     * @param identity what they have to belong to: names with values
     * @param snapshots steps after which there is one in any case, which stays
     * @param everySeconds time from one to the next, at least 0; it becomes longer where writing one takes more than a
     *     fiftieth of it
     * @param warnings hears of damaged ones, in a line each
     */
    public Checkpoints(
            Path folder,
            String name,
            Map<String, String> identity,
            Collection<Long> snapshots,
            double everySeconds,
            Consumer<String> warnings) {
        this(folder, name, identity, snapshots, everySeconds, warnings, System::nanoTime);
    }

    Checkpoints(
            Path folder,
            String name,
            Map<String, String> identity,
            Collection<Long> snapshots,
            double everySeconds,
            Consumer<String> warnings,
            LongSupplier nanoTime) {
        this.folder = folder;
        this.name = name;
        this.pattern = Pattern.compile(Pattern.quote(name) + "-(\\d{1,18})\\.safetensors(.*\\.part)?");
        this.identity = Map.copyOf(identity);
        this.snapshots = Set.copyOf(snapshots);
        this.every = Math.round(everySeconds * 1e9);
        this.warnings = warnings;
        this.nanoTime = nanoTime;
        this.due = nanoTime.getAsLong() + every;
    }

    /** Returns whether it is time for the next one, after so many steps. */
    public boolean isDue(long step) {
        return (step != written && snapshots.contains(step)) || nanoTime.getAsLong() - due >= 0;
    }

    /**
     * Writes one, and deletes those that are not needed any more.
     *
     * @param notes of the caller, kept with it
     */
    public void write(Training training, Map<String, String> notes) throws IOException {
        long start = nanoTime.getAsLong();
        Files.createDirectories(folder);
        Map<String, String> all = new HashMap<>(notes);
        all.putAll(identity);
        training.save(file(training.step()), all);
        prune(training.step());
        written = training.step();
        long end = nanoTime.getAsLong();
        due = end + Math.max(every, PAUSE * (end - start));
    }

    private Path file(long step) {
        return folder.resolve(String.format(Locale.ROOT, "%s-%08d.safetensors", name, step));
    }

    /** Keeps the newest up to a step. Those after it are damaged, or of a way that was given up. */
    private void prune(long step) throws IOException {
        List<Path> upToStep = new ArrayList<>();
        for (Path file : files()) {
            if (isPart(file) || step(file) > step) {
                Files.deleteIfExists(file);
            } else {
                upToStep.add(file);
            }
        }
        for (Path old : upToStep.subList(Math.min(KEPT, upToStep.size()), upToStep.size())) {
            if (!snapshots.contains(step(old))) {
                Files.deleteIfExists(old);
            }
        }
    }

    /**
     * Goes on from the newest one that is whole.
     *
     * @return the notes that were written with it, among others; empty if there is none, and the training is as it was
     * @throws InvalidInputException if it belongs to something else; the message names what differs
     */
    public Optional<Map<String, String>> load(Training training) throws IOException {
        Optional<Path> newest = newest();
        return newest.isPresent() ? Optional.of(training.load(newest.get())) : Optional.empty();
    }

    /**
     * Returns the newest one that is whole; empty if there is none.
     *
     * @throws InvalidInputException if it belongs to something else; the message names what differs
     */
    public Optional<Path> newest() throws IOException {
        for (Path file : files()) {
            if (!isPart(file) && isWhole(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the one of a step.
     *
     * @throws InvalidInputException if it is damaged, missing, or belongs to something else
     */
    public Path at(long step) throws IOException {
        Path file = file(step);
        InvalidInputException.require(Files.exists(file), "checkpoint " + file, "missing", "one that is there");
        requireIdentity(file, Safetensors.metadata(file));
        return file;
    }

    private boolean isWhole(Path file) throws IOException {
        Map<String, String> metadata;
        try {
            metadata = Safetensors.metadata(file);
        } catch (InvalidInputException e) {
            warnings.accept(e.getMessage() + "; going back to what was saved before it");
            return false;
        }
        requireIdentity(file, metadata);
        return true;
    }

    private void requireIdentity(Path file, Map<String, String> metadata) {
        identity.forEach((key, value) -> InvalidInputException.require(
                value.equals(metadata.get(key)), file + ", " + key, metadata.get(key), value + ", as in this run"));
    }

    /** Deletes all. */
    public void clear() throws IOException {
        for (Path file : files()) {
            Files.deleteIfExists(file);
        }
    }

    /** The newest first. */
    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> matcher(file).matches())
                    .sorted(Comparator.comparingLong(this::step).reversed())
                    .toList();
        }
    }

    private Matcher matcher(Path file) {
        return pattern.matcher(String.valueOf(file.getFileName()));
    }

    private long step(Path file) {
        Matcher matcher = matcher(file);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    private boolean isPart(Path file) {
        return file.toString().endsWith(".part");
    }
}
