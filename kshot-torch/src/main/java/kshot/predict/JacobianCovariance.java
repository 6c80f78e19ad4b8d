package kshot.predict;

import java.util.List;
import java.util.function.Consumer;
import kshot.common.Range;
import kshot.common.Seed;
import kshot.data.EvaluationBatches;
import kshot.execute.Executor;
import kshot.network.Network;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.Scores;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.ImageTensors;
import kshot.tensor.NativeScope;
import kshot.weights.StandaloneWeights;

/**
 * The Jacobian covariance of untrained networks, "jacov" (Mellor et al. 2020, arXiv:2006.04647v1; in the form of Abdelfattah et al.
 * 2021, arXiv:2101.08134): how differently a network at its initialisation reacts to different images. With the gradients of the
 * summed class scores in each image, and v their correlation matrix's eigenvalues, the score is −Σ (ln(v + ε) + 1 / (v + ε)),
 * ε = 10⁻⁵; the mean over several initialisations. No network is trained.
 *
 * <p>Batch normalisation uses the statistics of the batch. The weights are a function of the seed, the architecture and the number
 * of the initialisation. Weights that architectures share would make their errors alike, and the ranking worse.
 */
public final class JacobianCovariance implements Evaluator, AutoCloseable {
    /** Name of the score: finite; a network without a path from the images to the class scores has the lowest. */
    public static final String NAME = Scores.JACOBIAN_COVARIANCE;

    private static final double EPSILON = 1e-5;

    private final SearchSpace space;
    private final SearchSpace costSpace;
    private final Executor executor;
    private final ImageTensors images;
    private final int initializations;
    private final Seed seed;

    /**
     * Makes an evaluator on images that it keeps in memory.
     *
     * @param space the space of the networks that are initialised
     * @param costSpace the space whose networks are counted: that of the final network, where the others are a cheaper stand-in
     * @param batches whose first batch is used
     * @param initializations of which the mean is taken, at least 1
     * @param seed of the weights
     */
    public JacobianCovariance(
            SearchSpace space,
            SearchSpace costSpace,
            Executor executor,
            EvaluationBatches batches,
            int initializations,
            Seed seed) {
        Range.atLeast(1).require("initializations", initializations);
        this.space = space;
        this.costSpace = costSpace;
        this.executor = executor;
        this.initializations = initializations;
        this.seed = seed;
        this.images = ImageTensors.kept(batches.at(0), executor.compute());
    }

    @Override
    public void evaluate(List<Architecture> population, Consumer<Evaluation> results) {
        executor.streams().run(population.size(), i -> evaluate(population.get(i)), results);
    }

    private Evaluation evaluate(Architecture architecture) {
        Network network = space.network(architecture);
        Seed ofArchitecture = seed.derive(space.format(architecture));
        double sum = 0;
        for (int i = 0; i < initializations; i++) {
            sum += score(network, ofArchitecture.derive("initialization", i));
        }
        return Evaluation.of(costSpace, architecture, Scores.of(NAME, sum / initializations));
    }

    private double score(Network network, Seed ofWeights) {
        try (NativeScope scope = new NativeScope();
                StandaloneWeights weights = StandaloneWeights.random(network, executor.compute(), ofWeights)) {
            return score(executor.gradientOfImages(network, weights.byBatch(), images)
                    .correlationEigenvalues());
        }
    }

    /** Returns the score of a correlation matrix, by its eigenvalues. */
    static double score(double[] eigenvalues) {
        double score = 0;
        for (double v : eigenvalues) {
            double shifted = Math.max(v, 0) + EPSILON;
            score -= Math.log(shifted) + 1 / shifted;
        }
        return score;
    }

    @Override
    public void close() {
        images.close();
    }
}
