package kshot.predict;

import java.util.List;
import java.util.stream.IntStream;
import kshot.data.EvaluationBatches;
import kshot.execute.CountTensor;
import kshot.execute.Ensemble;
import kshot.execute.Executor;
import kshot.execute.Loss;
import kshot.execute.NetworkWeights;
import kshot.execute.Scores;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.ImageTensors;
import kshot.tensor.NativeScope;
import kshot.weights.SupernetMixture;

/**
 * Scores architectures under supernets, Eq. (12) of the paper: accuracy on held-out images with the weights θ̃(a). Batch normalisation
 * uses the statistics of the evaluation batch, which is large for that reason.
 */
public final class SupernetEvaluator implements AutoCloseable {
    private final SearchSpace space;
    private final SearchSpace costSpace;
    private final Executor executor;
    private final List<ImageTensors> batches;

    /**
     * Makes evaluators on images that it keeps in memory.
     *
     * @param space the space of the supernets
     * @param costSpace the space whose networks are counted: that of the final network, where the supernets are a cheaper
     *     stand-in
     * @param images held-out images
     */
    public SupernetEvaluator(SearchSpace space, SearchSpace costSpace, Executor executor, EvaluationBatches images) {
        this.space = space;
        this.costSpace = costSpace;
        this.executor = executor;
        this.batches = ImageTensors.all(images, executor.compute());
    }

    /** Returns an evaluator under some supernets, each as it is mixed; the scores are the means over these. */
    public Evaluator under(List<SupernetMixture> mixtures) {
        return under(mixtures.stream().map(List::of).toList(), Ensemble.AVERAGE);
    }

    /**
     * Returns an evaluator under ensembles: under each, the class probabilities of its supernets are combined image by
     * image. The scores are the means over the ensembles.
     */
    public Evaluator under(List<List<SupernetMixture>> ensembles, Ensemble how) {
        return (population, results) ->
                executor.streams().run(population.size(), i -> evaluate(population.get(i), ensembles, how), results);
    }

    private Evaluation evaluate(Architecture architecture, List<List<SupernetMixture>> ensembles, Ensemble how) {
        Network network = space.network(architecture);
        Loss.Count count;
        try (NativeScope scope = new NativeScope()) {
            CountTensor counted = CountTensor.none(executor.compute());
            for (List<SupernetMixture> ensemble : ensembles) {
                List<SimplexCode> codes = ensemble.stream()
                        .map(mixture -> mixture.codes().apply(architecture))
                        .toList();
                count(network, ensemble, codes, how, counted);
            }
            count = counted.read();
        }
        return SupernetScores.evaluation(
                architecture, count.accuracy(), count.meanLogLikelihood(), Cost.of(costSpace.network(architecture)));
    }

    /** Adds what an ensemble makes of all images. */
    private void count(
            Network network,
            List<SupernetMixture> ensemble,
            List<SimplexCode> codes,
            Ensemble how,
            CountTensor counted) {
        try (NativeScope scope = new NativeScope()) {
            List<NetworkWeights> weights = IntStream.range(0, codes.size())
                    .mapToObj(i -> ensemble.get(i).supernets().merge(network, codes.get(i)))
                    .toList();
            for (ImageTensors batch : batches) {
                try (NativeScope ofBatch = new NativeScope()) {
                    Scores scores = how.scores(weights.stream()
                            .map(of -> executor.forward(network, of, batch))
                            .toList());
                    counted.add(scores.count(batch));
                }
            }
        }
    }

    @Override
    public void close() {
        batches.forEach(ImageTensors::close);
    }
}
