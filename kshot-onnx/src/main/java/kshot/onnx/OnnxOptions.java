package kshot.onnx;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kshot.common.InvalidInputException;
import kshot.network.Network;
import org.jspecify.annotations.Nullable;

/**
 * The options of writing a model: what it contains besides its network. Immutable: start with {@link #defaults()} and
 * vary it.
 *
 * @param fold whether a batch normalisation that alone reads a convolution is folded into that convolution's kernel and
 *     bias; fewer operators and the same function up to rounding
 * @param probabilities whether the model has a second output, the softmax of the logits
 * @param description a description for a human reader, the model's doc string
 * @param classes the names of the classes in the order of the logits, written under {@value #CLASSES}; empty if unknown
 * @param preprocessing the conversion of pixels into input, or null if unknown
 * @param metadata further entries, for example the origin of the model, in the order of their keys
 */
public record OnnxOptions(
        boolean fold,
        boolean probabilities,
        String description,
        List<String> classes,
        @Nullable Preprocessing preprocessing,
        Map<String, String> metadata) {
    /** The key of the model's metadata for the names of the classes in the order of the logits, one on each line. */
    public static final String CLASSES = "kshot.classes";

    public OnnxOptions {
        classes = List.copyOf(classes);
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        for (String name : classes) {
            InvalidInputException.require(
                    !name.isBlank() && name.lines().count() == 1, "class name", "'" + name + "'", "one line of text");
        }
    }

    /** Returns the defaults: folded, with logits only, and no statement about classes, pixels and origin. */
    public static OnnxOptions defaults() {
        return new OnnxOptions(true, false, "", List.of(), null, Map.of());
    }

    /** Returns a copy with or without folding. */
    public OnnxOptions withFold(boolean newFold) {
        return new OnnxOptions(newFold, probabilities, description, classes, preprocessing, metadata);
    }

    /** Returns a copy with or without probabilities. */
    public OnnxOptions withProbabilities(boolean newProbabilities) {
        return new OnnxOptions(fold, newProbabilities, description, classes, preprocessing, metadata);
    }

    /** Returns a copy with another description. */
    public OnnxOptions withDescription(String newDescription) {
        return new OnnxOptions(fold, probabilities, newDescription, classes, preprocessing, metadata);
    }

    /** Returns a copy with other class names. */
    public OnnxOptions withClasses(List<String> newClasses) {
        return new OnnxOptions(fold, probabilities, description, newClasses, preprocessing, metadata);
    }

    /** Returns a copy with other preprocessing. */
    public OnnxOptions withPreprocessing(Preprocessing newPreprocessing) {
        return new OnnxOptions(fold, probabilities, description, classes, newPreprocessing, metadata);
    }

    /** Returns a copy with other further entries. */
    public OnnxOptions withMetadata(Map<String, String> newMetadata) {
        return new OnnxOptions(fold, probabilities, description, classes, preprocessing, newMetadata);
    }

    /** Returns all entries of the model's metadata, in the order of their keys. */
    Map<String, String> allMetadata() {
        Map<String, String> all = new TreeMap<>(metadata);
        if (!classes.isEmpty()) {
            all.put(CLASSES, String.join("\n", classes));
        }
        if (preprocessing != null) {
            all.putAll(preprocessing.metadata());
        }
        return all;
    }

    /** Throws an exception unless the classes and the preprocessing fit this network. */
    void requireMatches(Network network) {
        int logits = network.output().shape().channels();
        InvalidInputException.require(
                classes.isEmpty() || classes.size() == logits, "number of class names", classes.size(), "" + logits);
        int channels = network.input().shape().channels();
        if (preprocessing != null) {
            Preprocessing.Colours colours = preprocessing.colours();
            InvalidInputException.require(
                    colours.channels() == channels, "colours of the preprocessing", colours, channels + " channels");
        }
    }
}
