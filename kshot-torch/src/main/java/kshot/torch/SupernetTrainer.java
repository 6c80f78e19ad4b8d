package kshot.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import kshot.common.Seed;
import kshot.data.Batch;
import kshot.data.TrainingBatches;
import kshot.network.Network;
import kshot.simplex.SimplexCode;
import kshot.simplex.SimplexNet;
import kshot.simplex.SimplexOptimizer;
import kshot.simplex.WidthRegulariser;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains K supernets and the simplex-net in turn: Algorithm 2 of the paper. Symbols: a an architecture, λ its code, θ̃ the
 * merged weights, π the simplex-net, m the number of groups, r_c the regulariser of codes.
 *
 * <p>Every draw is a function of (seed, step): a training can go on from any step.
 */
public final class SupernetTrainer extends Training {
    private static final String SIGMA = "simplex.parameters";
    private static final String OPTIMIZER = "simplex.optimizer.";
    private static final String SIMPLEX_STEPS = "simplex_steps";

    private final SearchSpace space;
    private final SupernetSettings settings;
    private final Seed seed;
    private final Supernets supernets;
    private final SimplexNet simplexNet;
    private final SimplexOptimizer simplexOptimizer;
    private final WidthRegulariser regulariser;
    private final Executor executor;
    private Phase.Listener phases = Phase.Listener.NONE;

    /** Supernets and simplex-net at their start. */
    public SupernetTrainer(SearchSpace space, SupernetSettings settings, TrainingBatches batches, Seed seed) {
        super(batches, settings.epochs());
        this.space = space;
        this.settings = settings;
        this.seed = seed;
        this.supernets = Supernets.random(space, settings.k(), settings.precision(), settings.initialNoise(), seed);
        this.simplexNet = new SimplexNet(space, settings.k(), settings.simplex().hidden(), seed);
        this.simplexOptimizer = settings.simplex().optimizerOf(simplexNet.parameters().length);
        this.regulariser = new WidthRegulariser(space, settings.simplex().temperature());
        this.executor = new Executor(settings.precision());
    }

    /** The supernets being trained. */
    public Supernets supernets() {
        return supernets;
    }

    /** The simplex-net being trained. */
    public SimplexNet simplexNet() {
        return simplexNet;
    }

    /** What runs the networks. */
    public Executor executor() {
        return executor;
    }

    /** Tells a listener where each step is. */
    void observe(Phase.Listener listener) {
        phases = listener;
    }

    @Override
    TrainingStep train(Batch batch) {
        return settings.trainsSimplexNet(step(), stepsPerEpoch())
                ? shown(TrainingStep.Stage.SIMPLEX, trainSimplexNet(batch, groups()), simplexRate(), null)
                : shown(TrainingStep.Stage.SUPERNET, trainSupernets(batch, path()), rate(), null);
    }

    @Override
    Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(supernets.state());
        tensors.put(SIGMA, Tensor.create(simplexNet.parameters()));
        simplexOptimizer.state().forEach((name, values) -> tensors.put(OPTIMIZER + name, Tensor.create(values)));
        return tensors;
    }

    @Override
    Map<String, Double> numbers() {
        return Map.of(SIMPLEX_STEPS, (double) simplexOptimizer.steps());
    }

    @Override
    void restore(Function<String, Tensor> tensors, ToDoubleFunction<String> numbers) {
        simplexNet.setParameters(LibTorch.toFloats(tensors.apply(SIGMA)));
        Map<String, float[]> moments = new HashMap<>();
        for (String name : simplexOptimizer.state().keySet()) {
            moments.put(name, LibTorch.toFloats(tensors.apply(OPTIMIZER + name)));
        }
        simplexOptimizer.restore((long) numbers.applyAsDouble(SIMPLEX_STEPS), moments);
    }

    /** λ of an architecture at this step: 1/K in warm-up, then what the simplex-net says. */
    SimplexCode code(Architecture architecture) {
        return step() < settings.warmupEpochs() * stepsPerEpoch()
                ? SimplexCode.uniform(settings.k())
                : simplexNet.code(architecture);
    }

    /** The architecture of this step. */
    private Architecture path() {
        return space.sample(seed.generator("path", step()));
    }

    /** The architectures of this step, one for each group. */
    private List<Architecture> groups() {
        List<Architecture> architectures = new ArrayList<>();
        for (int j = 0; j < settings.groups(); j++) {
            architectures.add(space.sample(seed.generator("group", step(), j)));
        }
        return architectures;
    }

    /** Eq. (7): one architecture for the whole batch, its code taken as constant. */
    Loss.Count trainSupernets(Batch batch, Architecture a) {
        SimplexCode lambda = code(a);
        try (PointerScope scope = new PointerScope()) {
            ImageTensors images = ImageTensors.of(batch, settings.precision());
            GradientPass pass = gradientOf(a, lambda, images);
            phases.enter(Phase.OPTIMIZER);
            LibTorch.clip(pass.gradient, pass.norm, settings.gradientClip());
            supernets.descend(pass.weights, lambda, pass.gradient, settings.descent(), rate(lambda));
            phases.enter(Phase.OTHER);
            return pass.count;
        }
    }

    /** Eq. (9): the supernets fixed, m groups of the batch, each under the merged weights of its own architecture. */
    Loss.Count trainSimplexNet(Batch batch, List<Architecture> architectures) {
        SimplexNet.Forward forward = simplexNet.forward(architectures);
        List<SimplexCode> codes = forward.codes();
        float[][] gradient = regulariser.gradient(codes, architectures);
        List<GroupPass> passes = new ArrayList<>();
        try (PointerScope scope = new PointerScope()) {
            ImageTensors images = ImageTensors.of(batch, settings.precision());
            long group = images.size() / settings.groups();
            phases.enter(Phase.PASSES);
            executor.streams()
                    .run(
                            settings.groups(),
                            j -> {
                                try (PointerScope ofGroup = new PointerScope()) {
                                    ImageTensors part = images.range(j * group, (j + 1) * group);
                                    GradientPass pass = gradientOf(architectures.get(j), codes.get(j), part);
                                    double[] ofCode = supernets.codeGradient(pass.weights, pass.gradient);
                                    return new GroupPass(
                                            Arrays.stream(ofCode).boxed().toList(), pass.count);
                                }
                            },
                            passes::add);
            phases.enter(Phase.OTHER);
        }
        Loss.Count count = Loss.Count.NONE;
        for (int j = 0; j < settings.groups(); j++) {
            GroupPass pass = passes.get(j);
            for (int k = 0; k < settings.k(); k++) {
                gradient[j][k] = (float) (settings.simplex().regulariser() * gradient[j][k]
                        + pass.codeGradient.get(k) / settings.groups());
            }
            count = count.plus(pass.count);
        }
        phases.enter(Phase.OPTIMIZER);
        simplexOptimizer.step(simplexNet.parameters(), forward.backward(gradient), simplexRate());
        phases.enter(Phase.OTHER);
        return count;
    }

    /** ∂L/∂λ of one group. */
    private record GroupPass(List<Double> codeGradient, Loss.Count count) {}

    private record GradientPass(NetworkWeights weights, Tensor gradient, double norm, Loss.Count count) {}

    /** θ̃, and ∂L/∂θ̃ of one forward and one backward pass. */
    private GradientPass gradientOf(Architecture a, SimplexCode lambda, ImageTensors images) {
        Network network = space.network(a);
        phases.enter(Phase.MERGE);
        NetworkWeights weights = supernets.merge(network, lambda, true);
        phases.enter(Phase.FORWARD);
        Tensor scores = executor.forward(network, weights, images.images());
        Tensor loss = Loss.crossEntropy(scores, images.labels(), settings.labelSmoothing());
        phases.enter(Phase.BACKWARD);
        loss.backward();
        Tensor gradient = weights.gradient();
        phases.enter(Phase.OTHER);
        Loss.Count count = Loss.Count.of(scores.detach(), images.labels());
        double norm = finiteNorm(gradient, count, rate(), () -> " under architecture " + space.format(a));
        return new GradientPass(weights, gradient, norm, count);
    }

    private double rate() {
        return rate(settings.rate());
    }

    private double rate(SimplexCode lambda) {
        return settings.compensateRate() ? rate() / lambda.squaredNorm() : rate();
    }

    private double simplexRate() {
        return rate(settings.simplexRate());
    }

    @Override
    public void close() {
        executor.close();
        supernets.close();
    }
}
