package kshot.run.latency;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.common.TextFile;
import kshot.latency.TableBuilder;
import kshot.space.SearchSpace;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** A file of the times that the networks of {@link LatencyProbes} take on another machine. */
public final class LatencyTableFile {
    private static final int MAX_BYTES = 16 << 20;
    private static final int MOST_LETTERS = 200;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private final String name;
    private final Times times;

    private LatencyTableFile(String name, Times times) {
        this.name = name;
        this.times = times;
    }

    /** The contents of the file, as the Python program writes them. */
    record Times(
            String space,
            String images,
            int classes,
            String host,
            String processor,
            int threads,
            String onnxRuntime,
            Map<String, Long> nanoseconds) {
        Times {
            nanoseconds = Map.copyOf(nanoseconds);
            requireName("host", host);
            requireName("processor", processor);
            Range range = Range.atLeast(1).atMost(1e15);
            nanoseconds.forEach((network, time) -> range.require("nanoseconds of '" + network + "'", time));
        }

        private static void requireName(String what, String text) {
            InvalidInputException.require(
                    !text.isBlank()
                            && text.length() <= MOST_LETTERS
                            && text.chars().noneMatch(Character::isISOControl),
                    what,
                    "'" + text + "'",
                    "a line of text, of at most " + MOST_LETTERS + " letters");
        }
    }

    /**
     * Reads a file.
     *
     * @throws InvalidInputException if it can't be read, or is no such file
     */
    public static LatencyTableFile read(Path file) {
        String name = "latency table " + file;
        String form = "what " + LatencyProbes.PROGRAM + " of 'bench latency --emit' writes";
        try {
            Times times = JSON.readValue(TextFile.read(name, file, MAX_BYTES), Times.class);
            InvalidInputException.require(times != null, name, "null", form);
            return new LatencyTableFile(name, times);
        } catch (JacksonException e) {
            if (e.getCause() instanceof InvalidInputException wrong) {
                throw new InvalidInputException(name + ": " + wrong.getMessage(), wrong);
            }
            String problem = e.getOriginalMessage().replaceAll("\\s+", " ").replaceFirst(" \\(index .*", "");
            throw new InvalidInputException(name + ": not " + form + " (" + problem + ")", e);
        }
    }

    /** Returns the number of threads that the networks were timed with. */
    public int threads() {
        return times.threads;
    }

    /** Returns host and processor of the machine that was measured. */
    public String machine() {
        return times.host + ", " + times.processor;
    }

    /**
     * Returns the table of a space.
     *
     * @throws InvalidInputException if the file is of another space, shape of images, number of classes or of threads, or
     *     lacks the time of a network
     */
    public MeasuredTable of(SearchSpace space, int threads) {
        require("space", times.space, space.name());
        require("images", times.images, space.input().toString());
        require("classes", "" + times.classes, "" + space.classes());
        require("threads", "" + times.threads, "" + threads);
        TableBuilder builder = new TableBuilder(space);
        requireAll(builder.networks().keySet(), times.nanoseconds.keySet());
        return new MeasuredTable(builder.table(times.nanoseconds), machine());
    }

    private void require(String what, String value, String wanted) {
        InvalidInputException.require(value.equals(wanted), what + " of the " + name, value, wanted);
    }

    /** Refuses a table that was measured before its space was edited, or by another version that times other networks. */
    private void requireAll(Set<String> wanted, Set<String> known) {
        Set<String> missing = new TreeSet<>(wanted);
        missing.removeAll(known);
        if (!missing.isEmpty()) {
            throw InvalidInputException.of(
                    "networks of the " + name,
                    "no time of '" + missing.iterator().next() + "'",
                    "the " + wanted.size() + " networks that 'bench latency --emit' writes for this space now");
        }
    }
}
