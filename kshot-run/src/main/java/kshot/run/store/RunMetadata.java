package kshot.run.store;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import kshot.classification.Calibration;
import kshot.classification.ConfusionMatrix;
import kshot.latency.LatencyTable;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** The facts of a run: what is neither a training point nor an architecture. Each is one JSON value in the store. */
public final class RunMetadata {
    /** All settings, resolved, nested as in {@code config.yaml}. */
    public static final MetadataKey<Map<String, Object>> SETTINGS =
            new MetadataKey<>("settings", new TypeReference<>() {});
    /** The search space and how it is searched. */
    public static final MetadataKey<Search> SEARCH = new MetadataKey<>("search", new TypeReference<>() {});
    /** The images. */
    public static final MetadataKey<Data> DATA = new MetadataKey<>("data", new TypeReference<>() {});
    /** The architectures that have a part in the report. */
    public static final MetadataKey<Picks> PICKS = new MetadataKey<>("picks", new TypeReference<>() {});
    /** The architectures beside the winner that the user chose to be trained and exported, in the space's text form. */
    public static final MetadataKey<List<String>> CHOSEN = new MetadataKey<>("chosen", new TypeReference<>() {});
    /** The finalists of the search; only there where the settings ask for some. */
    public static final MetadataKey<Finalists> FINALISTS = new MetadataKey<>("finalists", new TypeReference<>() {});
    /** The yardsticks as they fit into the limits. */
    public static final MetadataKey<List<FittedYardstick>> YARDSTICKS =
            new MetadataKey<>("yardsticks", new TypeReference<>() {});
    /** How well two scores rank the retrained architectures. */
    public static final MetadataKey<Ranking> RANKING = new MetadataKey<>("ranking", new TypeReference<>() {});
    /** The test of the winner, image by image. */
    public static final MetadataKey<Test> TEST = new MetadataKey<>("test", new TypeReference<>() {});
    /** The models that were exported beside that of the winner. */
    public static final MetadataKey<List<Model>> OTHER_MODELS =
            new MetadataKey<>("other_models", new TypeReference<>() {});
    /** The exported model of the winner. */
    public static final MetadataKey<Model> MODEL = new MetadataKey<>("model", new TypeReference<>() {});
    /** The times of layers that the run limits latency by; only there where it does. */
    public static final MetadataKey<LatencyTable> LATENCY_TABLE =
            new MetadataKey<>("latency_table", new TypeReference<>() {});
    /** Host and processor of the machine that these times are of; only there where that is another machine. */
    public static final MetadataKey<String> LATENCY_MACHINE =
            new MetadataKey<>("latency_machine", new TypeReference<>() {});
    /** The winner's latency; only there where the run limits it. */
    public static final MetadataKey<Latency> LATENCY = new MetadataKey<>("latency", new TypeReference<>() {});
    /** Seconds of each stage, in order. */
    public static final MetadataKey<Map<String, Double>> STAGE_SECONDS =
            new MetadataKey<>("stage_seconds", new TypeReference<>() {});
    /** Versions of what ran, by name. */
    public static final MetadataKey<Map<String, String>> VERSIONS =
            new MetadataKey<>("versions", new TypeReference<>() {});
    /** The machine: processor, threads, memory, system. */
    public static final MetadataKey<Map<String, String>> MACHINE =
            new MetadataKey<>("machine", new TypeReference<>() {});

    private RunMetadata() {}

    /**
     * The search space and how it is searched.
     *
     * @param space name of the search space
     * @param size number of its architectures, in decimal digits
     * @param k number of supernets
     * @param score name of the score that is maximised
     * @param maxFlops limit of FLOPs; null for none
     * @param maxParams limit of parameters; null for none
     * @param maxLatencyMs limit of latency in milliseconds; null for none
     */
    public record Search(
            String space,
            String size,
            int k,
            String score,
            @Nullable Long maxFlops,
            @Nullable Long maxParams,
            @Nullable Double maxLatencyMs) {
        public Search {
            score = score.toLowerCase(Locale.ROOT); // stores of older versions have the name in capitals
        }
    }

    /**
     * The images.
     *
     * @param name what the user gave, for example {@code sample} or a path
     * @param image shape of an image as people write it, for example {@code 28×28, grey}
     * @param classes names of the classes
     * @param trainImages number of images that train
     * @param validationImages number of images that score architectures in the search
     * @param testImages number of images of the test, seen once for each retrained architecture
     * @param fingerprint hash of the data
     * @param notes what was noticed or decided while reading, a sentence each
     */
    public record Data(
            String name,
            String image,
            List<String> classes,
            int trainImages,
            int validationImages,
            int testImages,
            String fingerprint,
            List<String> notes) {
        public Data {
            classes = List.copyOf(classes);
            notes = List.copyOf(notes);
        }
    }

    /**
     * The architectures that have a part in the report, in the space's text form.
     *
     * @param winner what the search found; of finalists the best, once that is known
     * @param flopsPick what one would pick by FLOPs alone; null where it was not sought
     * @param largest the largest architecture inside the limit; null where it was not sought
     */
    public record Picks(
            String winner,
            @Nullable String flopsPick,
            @Nullable String largest) {

        /** Returns a copy with another winner. */
        public Picks withWinner(String winner) {
            return new Picks(winner, flopsPick, largest);
        }
    }

    /**
     * The finalists of the search.
     *
     * @param candidates what they are chosen from, the best by the search's score first, in the space's text form
     * @param rungs the rungs in which they were trained, in order; none until all are done
     * @param surrogate how far the surrogate that chose them can be trusted; null where there was none
     */
    public record Finalists(
            List<String> candidates,
            List<Rung> rungs,
            @Nullable Surrogate surrogate) {
        public Finalists {
            candidates = List.copyOf(candidates);
            rungs = List.copyOf(rungs);
        }

        /** Returns finalists that have not been trained. */
        public static Finalists open(List<String> candidates) {
            return new Finalists(candidates, List.of(), null);
        }
    }

    /**
     * The quality of a surrogate of short trainings: Kendall's τ-b with what came of those that were trained.
     *
     * @param heldOut of what a surrogate fitted to all others expects of each
     * @param score of the search's score of each
     */
    public record Surrogate(double heldOut, double score) {}

    /**
     * A rung of finalists. Its results are in the table of trainings alone.
     *
     * @param setup of their trainings
     * @param archs the finalists, the best first
     */
    public record Rung(StandaloneSetup setup, List<String> archs) {
        public Rung {
            archs = List.copyOf(archs);
        }
    }

    /**
     * A yardstick and its width inside the limits.
     *
     * @param name of the yardstick
     * @param width the largest inside the limits; null where none is
     * @param problem why none is; null where one is
     */
    public record FittedYardstick(
            String name, @Nullable Double width, @Nullable String problem) {}

    /**
     * The ranking of the retrained architectures by two scores: Kendall's τ-b against test accuracy.
     *
     * @param n number of retrained architectures that the search also evaluated
     * @param tauSearch τ-b of the accuracy under the supernets, in [-1, 1]; NaN where it is undefined
     * @param tauFlops τ-b of FLOPs, likewise
     */
    public record Ranking(int n, double tauSearch, double tauFlops) {}

    /**
     * The test of the winner, image by image.
     *
     * @param confusion what the images of each class were taken for
     * @param calibration how often it is right where it is sure
     * @param mistakes its most confident mistakes, the most confident first
     */
    public record Test(ConfusionMatrix confusion, Calibration calibration, List<Mistake> mistakes) {
        public Test {
            mistakes = List.copyOf(mistakes);
        }
    }

    /**
     * A test image that was taken for another class.
     *
     * @param image its place among the test images, from 0
     * @param label its class
     * @param predicted the class it was taken for
     * @param probability that the network gave that class, in [0, 1]
     * @param png the image as a PNG file in base 64
     */
    public record Mistake(int image, int label, int predicted, double probability, String png) {}

    /**
     * The latency of the winner for one image in ONNX Runtime.
     *
     * @param predictedMs by the table, in milliseconds: what the limit holds for
     * @param measuredMs of the exported file, the fastest of its runs; null where the limit is of another machine
     * @param limitMs the limit
     * @param threads that computed it
     * @param machine host and processor of that other machine; null where the times are of this one
     */
    public record Latency(
            double predictedMs,
            @Nullable Double measuredMs,
            double limitMs,
            int threads,
            @Nullable String machine) {}

    /**
     * The exported model and how well it agrees with what was tested.
     *
     * @param arch its architecture in the space's text form
     * @param file its name in the run directory
     * @param bytes its size
     * @param parityImages number of images that were run through both
     * @param largestDifference largest absolute difference of a class score
     * @param sameClass share of those images with the same best class, in [0, 1]
     * @param int8 its copy in 8-bit integers; null where none was asked for
     */
    public record Model(
            String arch,
            String file,
            long bytes,
            int parityImages,
            double largestDifference,
            double sameClass,
            @Nullable Int8 int8) {}

    /**
     * The copy of an exported model in 8-bit integers, and how it compares with the model on the test images.
     *
     * @param file its name in the run directory; null where it was not written, as it lost too much
     * @param bytes its size
     * @param testAccuracy of the copy, in [0, 1]
     * @param float32Accuracy of the model in the same runtime, in [0, 1]
     * @param sameClass share of the images with the same best class, in [0, 1]
     * @param milliseconds for one image on one thread, the fastest of its runs
     * @param float32Milliseconds of the model, likewise, measured in turn
     */
    public record Int8(
            @Nullable String file,
            long bytes,
            double testAccuracy,
            double float32Accuracy,
            double sameClass,
            double milliseconds,
            double float32Milliseconds) {}
}
