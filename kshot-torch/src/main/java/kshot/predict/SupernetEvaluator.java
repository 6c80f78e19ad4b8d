package kshot.predict;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import kshot.data.EvaluationBatches;
import kshot.execute.Ensemble;
import kshot.execute.Executor;
import kshot.execute.ImageTensors;
import kshot.execute.Loss;
import kshot.execute.NativeScope;
import kshot.execute.NetworkWeights;
import kshot.execute.Scores;
import kshot.execute.SupernetMixture;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.search.Evaluation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.SearchSpace;

/**
 * Scores architectures under supernets, Eq. (12): accuracy on held-out images with the weights θ̃(a). Batch normalisation
 * uses the statistics of the evaluation batch, which is large for that reason.
 */
public final class SupernetEvaluator implements AutoCloseable {
    private final SearchSpace space;
    private final SearchSpace costSpace;
    private final Executor executor;
    private final List<ImageTensors> batches;

    /**
     * An evaluator on images that it keeps in memory.
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

    /**
     * Evaluates each architecture under each of some dictionaries. Accuracy and log-likelihood are the means over these, the
     * code is that of the last.
     */
    public List<Evaluation> evaluate(List<Architecture> architectures, List<SupernetMixture> dictionaries) {
        List<Evaluation> evaluations = new ArrayList<>();
        evaluateEach(architectures, dictionaries, evaluations::add);
        return evaluations;
    }

    /** As {@link #evaluate}, but hands each evaluation over as soon as it and all before it are there. */
    public void evaluateEach(
            List<Architecture> architectures, List<SupernetMixture> dictionaries, Consumer<Evaluation> consumer) {
        executor.streams().run(architectures.size(), i -> evaluate(architectures.get(i), dictionaries), consumer);
    }

    private Evaluation evaluate(Architecture architecture, List<SupernetMixture> dictionaries) {
        return evaluate(architecture, dictionaries.stream().map(List::of).toList(), Ensemble.AVERAGE);
    }

    /**
     * Evaluates each architecture under ensembles: under each, the class probabilities of its dictionaries are combined image by
     * image. Accuracy and log-likelihood are the means over the ensembles, the code is that of the last dictionary. Each
     * evaluation is handed over as soon as it and all before it are there.
     */
    public void evaluateEnsembles(
            List<Architecture> architectures,
            List<List<SupernetMixture>> ensembles,
            Ensemble how,
            Consumer<Evaluation> consumer) {
        executor.streams().run(architectures.size(), i -> evaluate(architectures.get(i), ensembles, how), consumer);
    }

    private Evaluation evaluate(Architecture architecture, List<List<SupernetMixture>> ensembles, Ensemble how) {
        Network network = space.network(architecture);
        Loss.Count count = Loss.Count.NONE;
        SimplexCode code = null;
        for (List<SupernetMixture> ensemble : ensembles) {
            List<SimplexCode> codes = ensemble.stream()
                    .map(dictionary -> dictionary.codes().apply(architecture))
                    .toList();
            count = count.plus(count(network, ensemble, codes, how));
            code = codes.get(codes.size() - 1);
        }
        Cost cost = Cost.of(costSpace.network(architecture));
        return new Evaluation(
                architecture,
                count.accuracy(),
                count.meanLogLikelihood(),
                cost,
                Objects.requireNonNull(code, "no dictionary"));
    }

    private Loss.Count count(Network network, List<SupernetMixture> ensemble, List<SimplexCode> codes, Ensemble how) {
        Loss.Count count = Loss.Count.NONE;
        try (NativeScope scope = new NativeScope()) {
            List<NetworkWeights> weights = IntStream.range(0, codes.size())
                    .mapToObj(i -> ensemble.get(i).supernets().merge(network, codes.get(i)))
                    .toList();
            for (ImageTensors batch : batches) {
                try (NativeScope ofBatch = new NativeScope()) {
                    Scores scores = how.scores(weights.stream()
                            .map(of -> executor.forward(network, of, batch))
                            .toList());
                    count = count.plus(scores.count(batch));
                }
            }
        }
        return count;
    }

    @Override
    public void close() {
        batches.forEach(ImageTensors::close);
    }
}
