package kshot.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import kshot.common.Seed;
import kshot.data.Batch;
import kshot.data.Dataset;
import kshot.data.Split;
import kshot.data.TrainingBatches;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.data.store.StoreLimits;
import kshot.network.Network;
import kshot.onnx.OnnxOptions;
import kshot.onnx.OnnxWriter;
import kshot.predict.SupernetEvaluator;
import kshot.search.Nsga2;
import kshot.search.Scores;
import kshot.search.SearchSettings;
import kshot.space.Architecture;
import kshot.space.Limits;
import kshot.space.SearchSpace;
import kshot.space.macro.MacroSpaceReader;
import kshot.tensor.LibTorch;
import kshot.tensor.Precision;
import kshot.train.RetrainSettings;
import kshot.train.Retrainer;
import kshot.train.SupernetSettings;
import kshot.train.SupernetTrainer;
import kshot.weights.SupernetMixture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that 60 photos give the same results in the heap, in shards on disk, and decoded whenever they are needed. */
class PixelStoresTest {
    private static final int STORED = 18 * 18 * 3;
    private static final Map<String, StoreLimits> STORES = Map.of(
            "in the heap", new StoreLimits(Long.MAX_VALUE, 1 << 30, 1),
            "shards", new StoreLimits(0, 7 * STORED, Integer.MAX_VALUE),
            "whenever they are needed", new StoreLimits(0, 7 * STORED, 1));

    private static final SearchSpace SPACE = MacroSpaceReader.read("tiny", """
            name: tiny
            input: {channels: 3, size: 16}
            classes: 3
            layers:
              - conv: {out: [4, 8], stride: 2}
              - choice: [identity, {residual: {kernel: [3, 5]}}]
            head: [global_pool, linear]
            """);

    @TempDir
    private Path folder;

    private Path photos = Path.of("");

    @BeforeEach
    void draw() throws IOException {
        LibTorch.start(1);
        photos = folder.resolve("photos");
        for (int c = 0; c < 3; c++) {
            Path ofClass = Files.createDirectories(photos.resolve("class" + c));
            for (int i = 0; i < 20; i++) {
                ImageIO.write(
                        photo(new Seed(c).generator("photo", i), c),
                        "jpg",
                        ofClass.resolve(i + ".jpg").toFile());
            }
        }
    }

    /** Smooth, so that it takes fewer bytes as a file than as pixels, and brighter in the channel of its class. */
    private static BufferedImage photo(SplittableRandom random, int brighter) {
        BufferedImage image =
                new BufferedImage(24 + random.nextInt(9), 24 + random.nextInt(9), BufferedImage.TYPE_3BYTE_BGR);
        int base = (random.nextInt(0x1000000) & 0x3F3F3F) + (0x40 << (8 * brighter));
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, base + 0x020101 * x + 0x010102 * y);
            }
        }
        return image;
    }

    private Dataset load(String store) {
        Dataset dataset = Datasets.load(
                photos.toString(),
                DataOptions.defaults()
                        .withImageSize(16)
                        .withCacheDirectory(folder.resolve("cache of " + store))
                        .withLimits(STORES.getOrDefault(store, StoreLimits.usual())));
        String notes = String.join(" ", dataset.report().notes());
        if (store.equals("in the heap")) {
            assertThat(notes).doesNotContain("The images take");
        } else {
            assertThat(notes).contains("The images take").contains(store);
        }
        return dataset;
    }

    @Test
    void batchesAndModelAreTheSameFromEveryStore() throws IOException {
        Dataset inHeap = load("in the heap");
        byte[] expected = model(inHeap);
        for (String store : List.of("shards", "whenever they are needed")) {
            Dataset dataset = load(store);
            TrainingBatches batches = dataset.trainingBatches(dataset.train(), 8, new Seed(4));
            TrainingBatches ofHeap = inHeap.trainingBatches(inHeap.train(), 8, new Seed(4));
            for (int step = 0; step < 15; step++) {
                Batch batch = batches.at(step);
                assertThat(batch.pixels()).isEqualTo(ofHeap.at(step).pixels());
                assertThat(batch.labels()).isEqualTo(ofHeap.at(step).labels());
            }
            assertThat(model(dataset)).as(store).isEqualTo(expected);
        }
    }

    /** Trains supernets, searches under them, trains the winner, and returns its file. */
    private byte[] model(Dataset data) throws IOException {
        Seed seed = new Seed(1);
        SupernetSettings supernet = SupernetSettings.quick()
                .withK(2)
                .withEpochs(2)
                .withSampling(sampling -> sampling.withGroups(2).withBatchSize(8))
                .withPrecision(Precision.FLOAT32);
        Split split = data.train().split(0.2, seed);
        Architecture winner;
        try (SupernetTrainer trainer = new SupernetTrainer(
                        SPACE, supernet, data.trainingBatches(split.first(), supernet.batchSize(), seed), seed);
                SupernetEvaluator evaluator = new SupernetEvaluator(
                        SPACE, SPACE, trainer.executor(), data.evaluationBatches(split.second(), 16))) {
            trainer.train(trainer.steps(), step -> {});
            SupernetMixture trained = new SupernetMixture(trainer.supernets(), trainer.simplexNet()::code);
            winner = new Nsga2(
                            SPACE,
                            Limits.NONE,
                            SearchSettings.quick().withScore(Scores.LOG_LIKELIHOOD),
                            seed,
                            evaluator.under(List.of(trained)))
                    .run()
                    .best()
                    .architecture();
        }
        RetrainSettings recipe =
                RetrainSettings.quick().withEpochs(2).withBatchSize(8).withPrecision(Precision.FLOAT32);
        Network network = SPACE.network(winner);
        Path model = folder.resolve("model.onnx");
        try (Retrainer retrainer = new Retrainer(
                network, recipe, data.trainingBatches(data.train(), recipe.batchSize(), seed), null, seed)) {
            retrainer.train(retrainer.steps(), step -> {});
            OnnxWriter.write(model, network, retrainer.last(), OnnxOptions.defaults());
        }
        return Files.readAllBytes(model);
    }
}
