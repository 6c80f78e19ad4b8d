package kshot.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import kshot.data.EvaluationBatches;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.search.Evaluation;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

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
        this.batches = ImageTensors.all(images, executor.precision());
    }

    /**
     * Evaluates each architecture under each of some dictionaries. Accuracy and log-likelihood are the means over these, the
     * code is that of the last.
     */
    public List<Evaluation> evaluate(List<Architecture> architectures, List<Dictionary> dictionaries) {
        List<Evaluation> evaluations = new ArrayList<>();
        evaluateEach(architectures, dictionaries, evaluations::add);
        return evaluations;
    }

    /** As {@link #evaluate}, but hands each evaluation over as soon as it and all before it are there. */
    public void evaluateEach(
            List<Architecture> architectures, List<Dictionary> dictionaries, Consumer<Evaluation> consumer) {
        executor.streams().run(architectures.size(), i -> evaluate(architectures.get(i), dictionaries), consumer);
    }

    private Evaluation evaluate(Architecture architecture, List<Dictionary> dictionaries) {
        Network network = space.network(architecture);
        Loss.Count count = Loss.Count.NONE;
        SimplexCode code = null;
        for (Dictionary dictionary : dictionaries) {
            code = dictionary.codes().apply(architecture);
            count = count.plus(count(network, dictionary.supernets(), code));
        }
        Cost cost = Cost.of(costSpace.network(architecture));
        return new Evaluation(
                architecture,
                count.accuracy(),
                count.meanLogLikelihood(),
                cost,
                Objects.requireNonNull(code, "no dictionary"));
    }

    private Loss.Count count(Network network, Supernets supernets, SimplexCode code) {
        Loss.Count count = Loss.Count.NONE;
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            NetworkWeights weights = supernets.merge(network, code, false);
            for (ImageTensors batch : batches) {
                try (PointerScope ofBatch = new PointerScope()) {
                    count = count.plus(
                            Loss.Count.of(executor.forward(network, weights, batch.images()), batch.labels()));
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
