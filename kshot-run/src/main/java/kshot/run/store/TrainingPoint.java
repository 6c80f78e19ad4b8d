package kshot.run.store;

/**
 * One logged batch of a training. What was not measured is {@link Double#NaN}, which is {@code NULL} in the table.
 *
 * @param stage which training: {@link #SUPERNET}, {@link #SIMPLEX}, {@link #RETRAIN} or {@link #retrain(String)}, and
 *     their repetitions
 * @param step number of the batch, from 0, within the run of that training
 * @param epoch passes over the training images so far, with its fraction
 * @param seconds time since the training began, without interruptions
 * @param loss mean loss of the batch
 * @param accuracy share of the batch that was classified right, in [0, 1]
 * @param learningRate learning rate of the step
 * @param imagesPerSecond speed since the point before
 * @param validationLoss mean loss of the validation images
 * @param validationAccuracy share of the validation images that was classified right, in [0, 1]
 */
public record TrainingPoint(
        String stage,
        long step,
        double epoch,
        double seconds,
        double loss,
        double accuracy,
        double learningRate,
        double imagesPerSecond,
        double validationLoss,
        double validationAccuracy) {

    /** The batches that train the supernets. */
    public static final String SUPERNET = "supernet";
    /** The batches that train the simplex-net. */
    public static final String SIMPLEX = "simplex";
    /** The winner's training from scratch. */
    public static final String RETRAIN = "retrain";

    public TrainingPoint {
        if (step < 0) {
            throw new IllegalArgumentException("a step is 0 or more, not " + step);
        }
        Shares.requireShareOrNaN("accuracy", accuracy);
        Shares.requireShareOrNaN("validation accuracy", validationAccuracy);
    }

    /** The training from scratch of a network that the winner is compared with. */
    public static String retrain(String arch) {
        return RETRAIN + ":" + arch;
    }

    /**
     * A training that is done with several seeds: the stage itself for the first of them.
     *
     * @param repeat which one, from 1
     */
    public static String repeated(String stage, int repeat) {
        return repeat == 1 ? stage : stage + "#" + repeat;
    }

    /** A point without validation. */
    public TrainingPoint(
            String stage,
            long step,
            double epoch,
            double seconds,
            double loss,
            double accuracy,
            double learningRate,
            double imagesPerSecond) {
        this(stage, step, epoch, seconds, loss, accuracy, learningRate, imagesPerSecond, Double.NaN, Double.NaN);
    }
}
