package kshot.run.evaluate;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import kshot.classification.BestClass;
import kshot.classification.Calibration;
import kshot.classification.ConfusionMatrix;
import kshot.data.Batch;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunMetadata.Mistake;
import kshot.train.Inference;
import kshot.weights.StandaloneWeights;

/** The examination of a trained network by the test images, one by one: what it takes each for, and how sure it is. */
public final class Examination {
    /** The most confident mistakes that are kept. */
    private static final int MISTAKES = 24;

    private Examination() {}

    /**
     * Examines a network.
     *
     * @param images the test images
     * @param batches the same in batches, in their order
     */
    public static RunMetadata.Test of(
            Network network, StandaloneWeights weights, ImageSet images, EvaluationBatches batches) {
        List<Integer> labels = new ArrayList<>();
        List<Integer> predicted = new ArrayList<>();
        List<Double> probabilities = new ArrayList<>();
        for (int b = 0; b < batches.count(); b++) {
            Batch batch = batches.at(b);
            float[][] scores = Inference.scores(network, weights, batch);
            for (int i = 0; i < scores.length; i++) {
                int best = BestClass.of(scores[i]);
                labels.add((int) batch.labels()[i]);
                predicted.add(best);
                probabilities.add(probability(scores[i], best));
            }
        }
        List<Boolean> right = IntStream.range(0, labels.size())
                .mapToObj(i -> labels.get(i).equals(predicted.get(i)))
                .toList();
        List<Mistake> mistakes = IntStream.range(0, labels.size())
                .filter(i -> !right.get(i))
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -probabilities.get(i)))
                .limit(MISTAKES)
                .map(i -> new Mistake(
                        i, labels.get(i), predicted.get(i), probabilities.get(i), png(images.shape(), images.image(i))))
                .toList();
        return new RunMetadata.Test(
                ConfusionMatrix.of(images.classes().size(), labels, predicted),
                Calibration.of(probabilities, right),
                mistakes);
    }

    /** Returns the probability of the best class, by softmax. */
    private static double probability(float[] scores, int best) {
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp(score - scores[best]);
        }
        return 1 / sum;
    }

    /** Returns an image as the text that a page shows: a PNG file in base 64. */
    private static String png(FeatureShape shape, byte[] pixels) {
        BufferedImage image = new BufferedImage(shape.width(), shape.height(), BufferedImage.TYPE_INT_RGB);
        int channels = shape.channels();
        for (int p = 0; p < shape.width() * shape.height(); p++) {
            int red = pixels[p * channels] & 0xFF;
            int green = pixels[p * channels + channels / 2] & 0xFF;
            int blue = pixels[p * channels + channels - 1] & 0xFF;
            image.setRGB(p % shape.width(), p / shape.width(), (red << 16) | (green << 8) | blue);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
