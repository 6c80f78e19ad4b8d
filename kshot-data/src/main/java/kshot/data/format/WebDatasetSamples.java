package kshot.data.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kshot.data.files.FileEntry;
import kshot.data.files.LeftOut;
import kshot.data.files.LeftOut.Reason;
import kshot.data.image.ImageFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The samples of one WebDataset shard: files whose paths are equal up to the first dot of the name. */
final class WebDatasetSamples {
    private static final String LABEL = "cls";
    private static final String METADATA = "json";

    /** The members of metadata that may be the label, the first that is there. */
    private static final List<String> MEMBERS = List.of("label", "cls", "class", "target", "class_id", "class_name");

    private static final Set<String> LABELS = Set.of(LABEL, METADATA);
    private static final int LONGEST_LABEL = 1 << 10;
    private static final int LONGEST_METADATA = 1 << 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final List<Sample> labelled = new ArrayList<>();
    private final List<LeftOut> leftOut = new ArrayList<>();

    /** An image with the label that its shard gives it; a number has no zeros in front. */
    record Sample(FileEntry image, String label) {}

    /**
     * Reads the labels of a shard.
     *
     * @param files the files of the shard, sorted by path
     * @throws IOException if a label cannot be read
     */
    WebDatasetSamples(List<FileEntry> files) throws IOException {
        for (Map<String, FileEntry> sample : samples(files).values()) {
            add(sample);
        }
    }

    /**
     * Returns whether there is an image with a label beside it.
     *
     * @param metadata whether metadata may be the label
     */
    static boolean hasLabels(List<FileEntry> files, boolean metadata) {
        return samples(files).values().stream()
                .anyMatch(sample -> (sample.containsKey(LABEL) || (metadata && sample.containsKey(METADATA)))
                        && sample.values().stream().anyMatch(ImageFormat::hasNameOfImage));
    }

    /** Returns the files of each sample by what follows the first dot of their name, in lower case. */
    private static Map<String, Map<String, FileEntry>> samples(List<FileEntry> files) {
        Map<String, Map<String, FileEntry>> samples = new LinkedHashMap<>();
        for (FileEntry file : files) {
            int start = file.path().lastIndexOf('/') + 1;
            int dot = file.path().indexOf('.', start);
            int end = dot < 0 ? file.path().length() : dot;
            samples.computeIfAbsent(file.path().substring(0, end), key -> new LinkedHashMap<>())
                    .put(
                            file.path()
                                    .substring(Math.min(end + 1, file.path().length()))
                                    .toLowerCase(Locale.ROOT),
                            file);
        }
        return samples;
    }

    private void add(Map<String, FileEntry> sample) throws IOException {
        Optional<FileEntry> image =
                sample.values().stream().filter(ImageFormat::hasNameOfImage).findFirst();
        Optional<String> label = image.isPresent() ? label(sample) : Optional.empty();
        for (Map.Entry<String, FileEntry> file : sample.entrySet()) {
            boolean used = image.isPresent() && (file.getValue().equals(image.get()) || LABELS.contains(file.getKey()));
            if (!used) {
                leftOut.add(new LeftOut(file.getValue().path(), image.isPresent() ? Reason.EXTRA : Reason.NO_IMAGE));
            }
        }
        if (image.isPresent()) {
            label.ifPresentOrElse(
                    known -> labelled.add(new Sample(image.get(), known.replaceFirst("^0+(?=\\d+$)", ""))),
                    () -> leftOut.add(new LeftOut(image.get().path(), Reason.UNLABELLED)));
        }
    }

    private static Optional<String> label(Map<String, FileEntry> sample) throws IOException {
        FileEntry label = sample.get(LABEL);
        FileEntry metadata = sample.get(METADATA);
        if (label != null) {
            String text = new String(read(label, LONGEST_LABEL), StandardCharsets.UTF_8).strip();
            if (text.isEmpty() || text.lines().count() > 1) {
                throw new IOException(label.path() + ": label '" + text.replace('\n', ' ')
                        + "'; allowed: one line, the number or the name of a class");
            }
            return Optional.of(text);
        }
        return metadata == null ? Optional.empty() : labelOf(metadata);
    }

    private static byte[] read(FileEntry file, int limit) throws IOException {
        try {
            return file.read(limit);
        } catch (IOException e) {
            throw new IOException(file.path() + ": " + e.getMessage(), e);
        }
    }

    private static Optional<String> labelOf(FileEntry metadata) throws IOException {
        try {
            JsonNode json = JSON.readTree(read(metadata, LONGEST_METADATA));
            return MEMBERS.stream()
                    .map(json::get)
                    .filter(value -> value != null && (value.isIntegralNumber() || value.isString()))
                    .map(value -> value.asString().strip())
                    .filter(text -> !text.isEmpty())
                    .findFirst();
        } catch (JacksonException e) {
            throw new IOException(metadata.path() + ": no JSON, " + e.getOriginalMessage(), e);
        }
    }

    /** Returns the images that have a label, in the order of their paths. */
    List<Sample> labelled() {
        return labelled;
    }

    /** Returns what is not used. */
    List<LeftOut> leftOut() {
        return leftOut;
    }
}
