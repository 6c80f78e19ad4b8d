package kshot.run.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import kshot.classification.BestClass;
import kshot.common.WholeFile;
import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.onnx.OnnxLatency;
import kshot.onnx.OnnxSession;
import kshot.onnx.Quantizer;
import kshot.run.RunContext;
import kshot.run.store.RunMetadata;

/**
 * Writes copies of exported models in 8-bit integers. Each is compared with its model in the same runtime, image by image of the
 * test, and is not kept where it loses more accuracy than is allowed.
 *
 * @param training images by which the ranges of values are found
 * @param test images by which a copy is compared
 * @param maxLoss largest loss of accuracy of a copy that is kept, in [0, 1]
 * @param threads that compute the comparison
 */
record Int8Copies(EvaluationBatches training, EvaluationBatches test, double maxLoss, int threads) {
    private static final int TRAINING_IMAGES = 256;
    private static final int BATCH = 32;
    private static final int ROUNDS = 5;
    private static final int RUNS = 40;

    /** Returns a writer of the copies of the models of a run. */
    static Int8Copies of(RunContext context) {
        ImageSet some = context.images().atMost(context.dataset().train(), TRAINING_IMAGES, "int8");
        return new Int8Copies(
                context.dataset().evaluationBatches(some, BATCH),
                context.dataset().evaluationBatches(context.dataset().test(), BATCH),
                context.settings().export().int8MaxLoss(),
                context.settings().threads());
    }

    /**
     * Writes the copy of a model, or deletes an earlier one if it is not kept.
     *
     * @param model the file of the model
     * @param copy the file of the copy
     */
    RunMetadata.Int8 write(Path model, Path copy) throws IOException {
        byte[] real = Files.readAllBytes(model);
        byte[] integers = Quantizer.quantize(
                real,
                IntStream.range(0, training.count())
                        .mapToObj(i -> training.at(i).channelsFirst()));
        Agreement agreement = Agreement.of(real, integers, test, threads);
        boolean kept = agreement.realAccuracy() - agreement.accuracy() <= maxLoss;
        if (kept) {
            WholeFile.write(copy, integers);
        } else {
            Files.deleteIfExists(copy);
        }
        double milliseconds = Double.POSITIVE_INFINITY;
        double realMilliseconds = Double.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS; round++) {
            milliseconds = Math.min(milliseconds, milliseconds(integers));
            realMilliseconds = Math.min(realMilliseconds, milliseconds(real));
        }
        return new RunMetadata.Int8(
                kept ? String.valueOf(copy.getFileName()) : null,
                integers.length,
                agreement.accuracy(),
                agreement.realAccuracy(),
                agreement.sameClass(),
                milliseconds,
                realMilliseconds);
    }

    private static double milliseconds(byte[] model) {
        return OnnxLatency.measure(model, 1, 1, RUNS / 4, RUNS).minimum();
    }

    /**
     * Returns what came of it in a line for people.
     *
     * @param bytes the size of the model
     */
    String line(RunMetadata.Int8 int8, long bytes) {
        String figures = String.format(
                Locale.ROOT,
                "%.2f %% of the test images (float32 %.2f %%), the same class for %.2f %%, %.3f ms an image (%.3f), %.1f times smaller",
                100 * int8.testAccuracy(),
                100 * int8.float32Accuracy(),
                100 * int8.sameClass(),
                int8.milliseconds(),
                int8.float32Milliseconds(),
                (double) bytes / int8.bytes());
        return int8.file() == null
                ? String.format(
                        Locale.ROOT,
                        "int8 model: not written, as it loses more than the %.2f points that export.int8_max_loss allows: %s",
                        100 * maxLoss,
                        figures)
                : int8.file() + ": " + figures;
    }

    /**
     * What two models make of the same images.
     *
     * @param accuracy of the one in integers, in [0, 1]
     * @param realAccuracy of the one in float32, likewise
     * @param sameClass share of the images with the same best class
     */
    private record Agreement(double accuracy, double realAccuracy, double sameClass) {
        static Agreement of(byte[] real, byte[] integers, EvaluationBatches batches, int threads) {
            int images = 0;
            int right = 0;
            int realRight = 0;
            int same = 0;
            try (OnnxSession first = OnnxSession.open(real, threads);
                    OnnxSession second = OnnxSession.open(integers, threads)) {
                for (int b = 0; b < batches.count(); b++) {
                    Batch batch = batches.at(b);
                    float[] pixels = batch.channelsFirst();
                    float[][] scores = first.logits(pixels, batch.size());
                    float[][] quantized = second.logits(pixels, batch.size());
                    for (int i = 0; i < batch.size(); i++) {
                        int expected = BestClass.of(scores[i]);
                        int actual = BestClass.of(quantized[i]);
                        images++;
                        right += actual == batch.labels()[i] ? 1 : 0;
                        realRight += expected == batch.labels()[i] ? 1 : 0;
                        same += actual == expected ? 1 : 0;
                    }
                }
            }
            return new Agreement((double) right / images, (double) realRight / images, (double) same / images);
        }
    }
}
