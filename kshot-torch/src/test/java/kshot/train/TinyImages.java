package kshot.train;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import kshot.common.Seed;
import kshot.data.Augmentation;
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.data.Normalization;
import kshot.data.TrainingBatches;
import kshot.network.FeatureShape;

/** Noise of 3×8×8 in which the class is the brightest channel: three classes that a network tells apart at once. */
public final class TinyImages {
    public static final FeatureShape SHAPE = new FeatureShape(3, 8, 8);
    public static final int CLASSES = 3;
    public static final int BATCH = 8;

    private TinyImages() {}

    public static ImageSet set(int size) {
        SplittableRandom random = new Seed(11).generator("tiny images");
        byte[][] images = new byte[size][Math.toIntExact(SHAPE.elements())];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < images[i].length; j++) {
                int brightness = j % CLASSES == i % CLASSES ? 120 : 60;
                images[i][j] = (byte) (brightness + random.nextInt(80));
            }
        }
        int[] labels = IntStream.range(0, size).map(i -> i % CLASSES).toArray();
        return new ImageSet(SHAPE, List.of("red", "green", "blue"), images, labels);
    }

    public static TrainingBatches training(int size) {
        ImageSet set = set(size);
        return new TrainingBatches(set, BATCH, SHAPE, Normalization.of(set), new Augmentation.CropFlip(1), new Seed(5));
    }

    public static EvaluationBatches evaluation(int size, int batch) {
        ImageSet set = set(size);
        return new EvaluationBatches(set, batch, SHAPE, Normalization.of(set));
    }
}
