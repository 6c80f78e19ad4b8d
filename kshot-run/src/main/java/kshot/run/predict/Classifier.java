package kshot.run.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.data.Normalization;
import kshot.data.files.FileEntry;
import kshot.data.image.ImageDecoder;
import kshot.data.image.Pixels;
import kshot.network.FeatureShape;
import kshot.onnx.OnnxOptions;
import kshot.onnx.OnnxSession;
import kshot.onnx.Preprocessing;
import kshot.run.predict.Predictions.Unreadable;
import kshot.run.progress.Progress;

/**
 * A classifier of image files: an exported model in ONNX Runtime. Images enter it as those of the test did: decoded, resized,
 * cut and normalised by the same code, as the model's metadata say.
 */
public final class Classifier implements AutoCloseable {
    private static final int BATCH = 64;
    private static final int EIGHT_BITS = 255;

    private final OnnxSession session;
    private final boolean crops;
    /** The shape that images are brought into, of which the middle enters the model. */
    private final FeatureShape stored;

    private final Normalization normalization;
    private final List<String> classes;
    private final Queue<ImageDecoder> decoders = new ConcurrentLinkedQueue<>();

    private Classifier(OnnxSession session, Preprocessing preprocessing, List<String> classes) {
        FeatureShape input = session.input();
        this.session = session;
        this.crops = preprocessing.cover().isPresent();
        this.stored = new FeatureShape(
                input.channels(),
                preprocessing.cover().orElse(input.height()),
                preprocessing.cover().orElse(input.width()));
        this.normalization = new Normalization(
                preprocessing.mean().stream().map(Double::floatValue).toList(),
                preprocessing.deviation().stream().map(Double::floatValue).toList());
        this.classes = classes;
    }

    /**
     * Opens an exported model.
     *
     * @param threads the number of threads that compute a batch, at least 1
     * @throws InvalidInputException if the file can't be read, is no such model, or does not say what its classes are and how
     *     images enter it
     */
    public static Classifier open(Path model, int threads) {
        OnnxSession session = OnnxSession.open(model, threads);
        try {
            Map<String, String> metadata = session.metadata();
            String names = metadata.get(OnnxOptions.CLASSES);
            InvalidInputException.require(
                    names != null, "classes of the model " + model, "none", "an entry " + OnnxOptions.CLASSES);
            List<String> classes = List.of(Objects.requireNonNull(names).split("\n", -1));
            InvalidInputException.require(
                    classes.size() == session.classes(),
                    "classes of the model " + model,
                    classes.size() + " names",
                    "one for each of its " + session.classes() + " scores");
            Preprocessing preprocessing = Preprocessing.of(metadata, session.input());
            InvalidInputException.require(
                    preprocessing.maximum() == EIGHT_BITS,
                    Preprocessing.MAXIMUM + " of the model " + model,
                    preprocessing.maximum(),
                    EIGHT_BITS + ", that of image files as they are decoded here");
            return new Classifier(session, preprocessing, classes);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Returns the names of the classes, in the order of the scores. */
    public List<String> classes() {
        return classes;
    }

    /**
     * Classifies files. What cannot be read is left out, and named.
     *
     * @param progress hears of each batch how many files are done
     */
    public Predictions classify(List<FileEntry> files, Progress progress) {
        List<Prediction> images = new ArrayList<>();
        List<Unreadable> unreadable = new ArrayList<>();
        for (int from = 0; from < files.size(); from += BATCH) {
            List<FileEntry> some = files.subList(from, Math.min(files.size(), from + BATCH));
            byte[][] pixels = new byte[some.size()][];
            Map<Integer, Unreadable> failures = new ConcurrentSkipListMap<>();
            IntStream.range(0, some.size()).parallel().forEach(i -> {
                try {
                    pixels[i] = read(some.get(i));
                } catch (IOException e) {
                    failures.put(i, new Unreadable(some.get(i).path(), Objects.toString(e.getMessage(), e.toString())));
                }
            });
            int[] read = IntStream.range(0, some.size())
                    .filter(i -> !failures.containsKey(i))
                    .toArray();
            if (read.length > 0) {
                float[][] logits =
                        logits(IntStream.of(read).mapToObj(i -> pixels[i]).toArray(byte[][]::new));
                IntStream.range(0, read.length)
                        .forEach(i -> images.add(Prediction.of(some.get(read[i]).path(), logits[i])));
            }
            unreadable.addAll(failures.values());
            progress.update(from + some.size(), "");
        }
        return new Predictions(classes, images, unreadable);
    }

    private byte[] read(FileEntry file) throws IOException {
        ImageDecoder idle = decoders.poll();
        ImageDecoder decoder = idle == null ? new ImageDecoder() : idle;
        Pixels image = decoder.decode(file).withChannels(stored.channels());
        decoders.add(decoder);
        return crops
                ? image.centreSquare(stored.height()).values()
                : image.resized(stored.height(), stored.width()).values();
    }

    private float[][] logits(byte[][] pixels) {
        ImageSet set = new ImageSet(stored, classes, pixels, new int[pixels.length]);
        Batch batch = new EvaluationBatches(set, pixels.length, session.input(), normalization).at(0);
        return session.logits(batch.channelsFirst(), batch.size());
    }

    @Override
    public void close() {
        session.close();
    }
}
