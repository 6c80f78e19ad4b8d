package kshot.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import kshot.data.EvaluationBatches;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/**
 * Scores architectures under the supernets, Eq. (12): accuracy on held-out images with the weights θ̃(a). Batch
 * normalisation uses the statistics of the evaluation batch, which is large for that reason.
 */
public final class SupernetEvaluator implements Evaluator, AutoCloseable {
    private final SearchSpace space;
    private final SearchSpace costSpace;
    private final Supernets supernets;
    private final Function<Architecture, SimplexCode> codes;
    private final Executor executor;
    private final List<ImageTensors> batches;

    /**
     * An evaluator on images that it keeps in memory.
     *
     * @param space the space of the supernets
     * @param costSpace the space whose networks are counted: that of the final network, where the supernets are a cheaper
     *     stand-in
     * @param codes λ of an architecture, usually {@code simplexNet::code}
     * @param images held-out images
     */
    public SupernetEvaluator(
            SearchSpace space,
            SearchSpace costSpace,
            Supernets supernets,
            Function<Architecture, SimplexCode> codes,
            Executor executor,
            EvaluationBatches images) {
        this.space = space;
        this.costSpace = costSpace;
        this.supernets = supernets;
        this.codes = codes;
        this.executor = executor;
        this.batches = ImageTensors.all(images, executor.precision());
    }

    @Override
    public List<Evaluation> evaluate(List<Architecture> architectures) {
        return evaluate(architectures, codes);
    }

    /** Evaluates with other codes than the usual ones, for example uniform ones as a control. */
    public List<Evaluation> evaluate(List<Architecture> architectures, Function<Architecture, SimplexCode> otherCodes) {
        List<Evaluation> evaluations = new ArrayList<>();
        evaluateEach(architectures, otherCodes, evaluations::add);
        return evaluations;
    }

    /** As {@link #evaluate(List)}, but hands each evaluation over as soon as it and all before it are there. */
    public void evaluateEach(List<Architecture> architectures, Consumer<Evaluation> consumer) {
        evaluateEach(architectures, codes, consumer);
    }

    private void evaluateEach(
            List<Architecture> architectures,
            Function<Architecture, SimplexCode> withCodes,
            Consumer<Evaluation> consumer) {
        executor.streams()
                .run(
                        architectures.size(),
                        i -> evaluate(architectures.get(i), withCodes.apply(architectures.get(i))),
                        consumer);
    }

    private Evaluation evaluate(Architecture architecture, SimplexCode code) {
        Network network = space.network(architecture);
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
        Cost cost = Cost.of(costSpace.network(architecture));
        return new Evaluation(architecture, count.accuracy(), count.meanLogLikelihood(), cost, code);
    }

    @Override
    public void close() {
        batches.forEach(ImageTensors::close);
    }
}
