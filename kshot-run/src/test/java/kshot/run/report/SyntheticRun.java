package kshot.run.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kshot.classification.Calibration;
import kshot.classification.ConfusionMatrix;
import kshot.common.Seed;
import kshot.predict.SupernetScores;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.run.store.TrainingPoint;
import kshot.simplex.SimplexCode;

/**
 * A run as it might have been, from a seed: eight blocks with three choices each, accuracy that grows with FLOPs and
 * scatters, codes that lean to one supernet by size.
 */
final class SyntheticRun {
    static final int LAYERS = 12;
    static final int TEST_IMAGES = 2_000;
    /** Markup, a way out of a script, quotes: none of it may become more than text. */
    static final String HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'>\"&'";

    private static final long LIMIT = 14_000_000;
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final Seed seed;
    private final int k;
    private final int count;

    /** A run with K supernets that evaluated so many architectures. */
    SyntheticRun(long seed, int k, int count) {
        this.seed = new Seed(seed);
        this.k = k;
        this.count = count;
    }

    /** Fills a store with the whole run. */
    void fill(RunStore store) {
        fillTraining(store, 1_400);
        List<EvaluatedArchitecture> evaluated = evaluated();
        store.putArchitectures(evaluated);
        List<Retrained> retrained = retrained(evaluated);
        retrained.forEach(r -> {
            store.putRetrained(r);
            store.putTraining(retraining(r));
        });
        store.put(RunMetadata.RANKING, new RunMetadata.Ranking(6, 0.8, 0.4));
        fillFacts(store, retrained);
        writeFiles(store.directory());
    }

    /** Both trainings, with so many batches each. */
    void fillTraining(RunStore store, int batches) {
        store.putTraining(supernets(TrainingPoint.SUPERNET, batches, 0));
        store.putTraining(supernets(TrainingPoint.SIMPLEX, batches - batches / 8, 5));
    }

    /** What the store does not hold. */
    static ReportInputs inputs() {
        List<LayerCost> layers = IntStream.range(0, LAYERS)
                .mapToObj(i -> new LayerCost(
                        "block " + (i + 1),
                        i == LAYERS - 1 ? "linear 96 → 10" : "inverted residual, 5×5, expansion 3, squeeze-excite",
                        i == LAYERS - 1 ? "10" : (16 + 8 * i) + "×" + (28 >> (i / 4)) + "×" + (28 >> (i / 4)),
                        i == LAYERS - 1 ? 960 : 1_900_000 >> (i / 3),
                        800L * (i + 1) * (i + 1)))
                .toList();
        return new ReportInputs(drawing(), layers);
    }

    private static String drawing() {
        String blocks = IntStream.range(0, LAYERS)
                .mapToObj(i -> """
                        <rect x="%d" y="%d" width="54" height="%d" rx="4" fill="%s" stroke="#5b6673"/>
                        <text x="%d" y="190" font-size="11" text-anchor="middle" fill="#333">%d ch</text>
                        """.formatted(
                                10 + 70 * i,
                                90 - 30 - 5 * i,
                                60 + 10 * i,
                                i % 3 == 0 ? "#cfe2ff" : "#ffe3cc",
                                37 + 70 * i,
                                16 + 8 * i))
                .collect(Collectors.joining());
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 860 200\" width=\"860\" height=\"200\""
                + " font-family=\"sans-serif\">" + blocks + "</svg>";
    }

    private List<TrainingPoint> supernets(String stage, int batches, double fromEpoch) {
        SplittableRandom random = seed.generator(stage);
        return IntStream.range(0, batches)
                .mapToObj(i -> {
                    double epoch = fromEpoch + (40 - fromEpoch) * i / batches;
                    double loss = 0.62 + 1.7 * Math.exp(-epoch / 7) + 0.12 * random.nextGaussian();
                    double rate = (stage.equals(TrainingPoint.SIMPLEX) ? 0.03 : 0.1) * cosine(epoch / 40);
                    return new TrainingPoint(stage, i * 10L, epoch, epoch * 9, loss, 0.75 - loss / 5, rate, 3_000);
                })
                .toList();
    }

    private List<EvaluatedArchitecture> evaluated() {
        SplittableRandom random = seed.generator("architectures");
        Map<String, EvaluatedArchitecture> evaluated = new LinkedHashMap<>();
        for (int i = 0; evaluated.size() < count; i++) {
            int generation = 20 * evaluated.size() / count;
            int[] choices = random.ints(LAYERS, 0, 4).toArray();
            long flops = 2_500_000
                    + IntStream.range(0, LAYERS)
                            .mapToLong(j -> choices[j] * (420_000L - 12_000L * j))
                            .sum();
            if (flops > LIMIT) {
                continue;
            }
            double accuracy =
                    0.42 + 0.28 * (1 - Math.exp(-flops / 6e6)) + 0.004 * generation + 0.03 * random.nextGaussian();
            String arch = IntStream.of(choices).mapToObj(String::valueOf).collect(Collectors.joining());
            evaluated.putIfAbsent(
                    arch,
                    new EvaluatedArchitecture(
                            arch,
                            generation,
                            accuracy,
                            -2.2 + 1.6 * accuracy + 0.05 * random.nextGaussian(),
                            flops,
                            flops - 100_000,
                            40_000 + flops / 60,
                            code((double) flops / LIMIT, random),
                            START.plusSeconds(i),
                            accuracy));
        }
        return List.copyOf(evaluated.values());
    }

    private SimplexCode code(double size, SplittableRandom random) {
        double[] weights = IntStream.range(0, k)
                .mapToDouble(i -> Math.exp(1.5 * size * Math.cos(i) + 0.3 * random.nextGaussian()))
                .toArray();
        double sum = IntStream.range(0, k).mapToDouble(i -> weights[i]).sum();
        float[] code = new float[k];
        for (int i = 0; i < k; i++) {
            code[i] = (float) (weights[i] / sum);
        }
        return SimplexCode.of(code);
    }

    private List<Retrained> retrained(List<EvaluatedArchitecture> evaluated) {
        EvaluatedArchitecture winner =
                Collections.max(evaluated, Comparator.comparingDouble(EvaluatedArchitecture::accuracy));
        EvaluatedArchitecture pick = Collections.max(evaluated, Comparator.comparingLong(EvaluatedArchitecture::flops));
        List<Retrained> retrained = new ArrayList<>();
        retrained.add(retrained(winner, Retrained.Kind.WINNER, 0.9135));
        retrained.add(retrained(pick, Retrained.Kind.FLOPS_PICK, 0.9020));
        retrained.add(new Retrained(
                "small",
                "333333333333",
                EnumSet.of(Retrained.Kind.LARGEST),
                LIMIT,
                310_000,
                Double.NaN,
                60,
                trainings(0.9055, 131)));
        for (int i = 0; i < 3; i++) {
            retrained.add(retrained(evaluated.get(7 + 11 * i), Retrained.Kind.RANDOM, 0.871 + 0.009 * i));
        }
        retrained.add(new Retrained(
                "mobilenetv2",
                "mobilenetv2-x2.48",
                EnumSet.of(Retrained.Kind.MOBILENET_V2),
                13_950_400,
                355_104,
                Double.NaN,
                60,
                trainings(0.9065, 98)));
        retrained.add(new Retrained(
                "resnet8",
                "resnet8-x1.07",
                EnumSet.of(Retrained.Kind.RESNET_8),
                13_870_112,
                88_220,
                Double.NaN,
                60,
                trainings(0.8990, 85)));
        return retrained;
    }

    private static Retrained retrained(EvaluatedArchitecture e, Retrained.Kind kind, double testAccuracy) {
        return new Retrained(
                "small",
                e.arch(),
                EnumSet.of(kind),
                e.flops(),
                e.params(),
                e.accuracy(),
                60,
                trainings(testAccuracy, 112.5));
    }

    private static List<Retrained.Training> trainings(double testAccuracy, double seconds) {
        return List.of(
                new Retrained.Training(1, testAccuracy, seconds),
                new Retrained.Training(2, testAccuracy + 0.004, seconds),
                new Retrained.Training(3, testAccuracy - 0.001, seconds));
    }

    private List<TrainingPoint> retraining(Retrained retrained) {
        boolean winner = retrained.is(Retrained.Kind.WINNER);
        String stage = winner ? TrainingPoint.RETRAIN : TrainingPoint.retrain(retrained.arch());
        SplittableRandom random = seed.generator(stage);
        List<TrainingPoint> points = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            double epoch = 60 * (i + 1) / 600.0;
            double accuracy = 0.2 + (retrained.testAccuracy() - 0.2) * (1 - Math.exp(-epoch / 9));
            boolean validated = (i + 1) % 20 == 0;
            points.add(new TrainingPoint(
                    stage,
                    i,
                    epoch,
                    epoch * 2,
                    2.3 * (1 - accuracy) + 0.05 * random.nextGaussian(),
                    Math.min(1, accuracy + 0.02 * random.nextGaussian()),
                    0.128 * Math.min(epoch / 5, Math.pow(0.97, (epoch - 5) / 2.4)),
                    2_500,
                    validated ? 2.4 * (1 - accuracy) + 0.02 : Double.NaN,
                    validated ? accuracy - 0.01 + 0.004 * random.nextGaussian() : Double.NaN));
        }
        return points;
    }

    private void fillFacts(RunStore store, List<Retrained> retrained) {
        store.put(
                RunMetadata.PICKS,
                new RunMetadata.Picks(
                        retrained.get(0).arch(),
                        retrained.get(1).arch(),
                        retrained.get(2).arch()));
        store.put(
                RunMetadata.SEARCH,
                new RunMetadata.Search("small", "16777216", k, SupernetScores.ACCURACY, LIMIT, null, null));
        store.put(
                RunMetadata.DATA,
                new RunMetadata.Data(
                        "sample",
                        "28×28, grey",
                        List.of(
                                "T-shirt",
                                "Trouser",
                                "Pullover",
                                "Dress",
                                "Coat",
                                "Sandal",
                                "Shirt",
                                "Sneaker",
                                "Bag",
                                HOSTILE),
                        8_000,
                        2_000,
                        TEST_IMAGES,
                        "sha256:9f2c1b7a44d0e3",
                        List.of("There was no validation split: one image in five of each class was taken, seed 1.")));
        store.put(
                RunMetadata.MODEL,
                new RunMetadata.Model(
                        "0123",
                        "model.onnx",
                        1_043_217,
                        256,
                        2.1e-6,
                        1,
                        new RunMetadata.Int8("model-int8.onnx", 271_402, 0.9012, 0.9021, 0.991, 0.123, 0.456)));
        store.put(RunMetadata.TEST, test(10));
        Map<String, Double> seconds = new LinkedHashMap<>();
        seconds.put("train", 361.0);
        seconds.put("search", 74.2);
        seconds.put("retrain", 674.0);
        seconds.put("export", 1.4);
        store.put(RunMetadata.STAGE_SECONDS, seconds);
        store.put(RunMetadata.VERSIONS, Map.of("kshot", "0.1.0"));
        store.put(RunMetadata.MACHINE, Map.of("processor", "two cores", "memory", "16 GB"));
        Map<String, Object> training = new LinkedHashMap<>();
        training.put("epochs", 40);
        training.put("batch", 32);
        training.put("learning_rate", 0.1);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("seed", 1);
        settings.put("preset", "quick");
        settings.put("supernet", training);
        settings.put("search", Map.of("population", 50));
        store.put(RunMetadata.SETTINGS, settings);
    }

    private static void writeFiles(Path directory) {
        try {
            Files.write(directory.resolve("model.onnx"), new byte[1_043_217]);
            Files.writeString(directory.resolve("model.json"), "{}");
            Files.writeString(directory.resolve("config.yaml"), "seed: 1\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double cosine(double share) {
        return 0.5 * (1 + Math.cos(Math.PI * share));
    }

    /** The test of a classifier that takes one image in ten for the next class. */
    static RunMetadata.Test test(int classes) {
        List<Integer> labels = new ArrayList<>();
        List<Integer> predicted = new ArrayList<>();
        List<Double> probabilities = new ArrayList<>();
        List<Boolean> right = new ArrayList<>();
        for (int i = 0; i < 10 * classes; i++) {
            int label = i % classes;
            boolean wrong = i / classes == 0;
            labels.add(label);
            predicted.add(wrong ? (label + 1) % classes : label);
            probabilities.add(wrong ? 0.55 : 0.95);
            right.add(!wrong);
        }
        String png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
        return new RunMetadata.Test(
                ConfusionMatrix.of(classes, labels, predicted),
                Calibration.of(probabilities, right),
                List.of(new RunMetadata.Mistake(3, classes - 1, 0, 0.55, png)));
    }
}
