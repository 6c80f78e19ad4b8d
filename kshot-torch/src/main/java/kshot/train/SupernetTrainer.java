package kshot.train;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import kshot.common.Seed;
import kshot.data.Batch;
import kshot.data.TrainingBatches;
import kshot.execute.Executor;
import kshot.execute.Gradient;
import kshot.execute.Loss;
import kshot.execute.NetworkWeights;
import kshot.execute.TrainingPass;
import kshot.network.Network;
import kshot.simplex.SimplexCode;
import kshot.simplex.SimplexNet;
import kshot.simplex.SimplexOptimizer;
import kshot.simplex.WidthRegulariser;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.Compute;
import kshot.tensor.ImageTensors;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.weights.SupernetDescent;
import kshot.weights.Supernets;

/**
 * Trains K supernets and the simplex-net: in turn, Algorithm 2 of the paper, or in each batch both, as its section G does for
 * comparison. Symbols: a an architecture, λ = π(a; σ) its code by the simplex-net, θ̃ = Σ λ_k θ_k the merged weights, L the loss,
 * m the number of groups, r_c the regulariser of codes.
 *
 * <p>Every draw is a function of (seed, step): a training can go on from any step.
 */
public final class SupernetTrainer extends Training {
    /** The name of σ in a checkpoint. */
    static final String SIGMA = "simplex.parameters";

    /** The name of the number of steps that have trained σ. */
    static final String SIMPLEX_STEPS = "simplex_steps";

    private static final String OPTIMIZER = "simplex.optimizer.";

    private final SearchSpace space;
    private final SupernetSettings settings;
    private final Seed seed;
    private final Supernets supernets;
    private final SupernetDescent descent;
    private final SimplexNet simplexNet;
    private final SimplexOptimizer simplexOptimizer;
    private final WidthRegulariser regulariser;
    private final Executor executor;
    private Phase.Listener phases = Phase.Listener.NONE;

    /** A training of supernets and simplex-net at its start. */
    public SupernetTrainer(SearchSpace space, SupernetSettings settings, TrainingBatches batches, Seed seed) {
        super(batches, settings.epochs());
        Compute compute = Compute.of(settings.precision());
        this.space = space;
        this.settings = settings;
        this.seed = seed;
        this.supernets = Supernets.random(space, settings.k(), compute, settings.initialNoise(), seed);
        this.descent = new SupernetDescent(supernets);
        this.simplexNet = settings.simplex().net(space, settings.k(), seed);
        this.simplexOptimizer = settings.simplex().optimizerOf(simplexNet.parameters().length);
        this.regulariser = new WidthRegulariser(space, settings.simplex().temperature());
        this.executor = Executor.of(compute);
    }

    /** Returns the supernets being trained. */
    public Supernets supernets() {
        return supernets;
    }

    SupernetDescent descent() {
        return descent;
    }

    /** Returns the simplex-net being trained. */
    public SimplexNet simplexNet() {
        return simplexNet;
    }

    /** Returns what runs the networks. */
    public Executor executor() {
        return executor;
    }

    /** Tells a listener where each step is. */
    public void observe(Phase.Listener listener) {
        phases = listener;
    }

    /** One batch of Algorithm 2, or of joint training. */
    @Override
    TrainingStep train(Batch batch) {
        if (settings.trainsSimplexNet(step(), stepsPerEpoch())) {
            Loss.Count count = trainSimplexNet(batch, sampleGroups(1));
            return shown(TrainingStep.Stage.SIMPLEX, count, simplexRate(), null);
        }
        Loss.Count count = settings.trainsBoth(step(), stepsPerEpoch())
                ? trainBoth(batch, sampleGroups(settings.largestOf()))
                : trainSupernets(batch, samplePaths());
        return shown(TrainingStep.Stage.SUPERNET, count, rate(), null);
    }

    /**
     * Trains the supernets, Eq. (7): by one architecture for the whole batch, its code taken as constant. Of several, each has its
     * part of the batch; their gradients are all taken at the same weights, and then descended one after the other.
     */
    public Loss.Count trainSupernets(Batch batch, List<Architecture> architectures) {
        List<SimplexCode> codes = architectures.stream().map(this::code).toList();
        List<PathGradient> gradients = passes(batch, architectures, codes, PathGradient::own);
        descendSupernets(gradients, rate());
        return Loss.Count.sum(gradients.stream().map(PathGradient::count));
    }

    /**
     * Trains the simplex-net, Eq. (9): the supernets fixed, by m groups of the batch, each under the merged weights of its own
     * architecture.
     */
    public Loss.Count trainSimplexNet(Batch batch, List<Architecture> architectures) {
        SimplexNet.Forward forward = simplexNet.forward(architectures);
        List<CodeGradient> gradients = passes(batch, architectures, forward.codes(), this::codeGradient);
        descendSimplexNet(forward, architectures, gradients);
        return Loss.Count.sum(gradients.stream().map(CodeGradient::count));
    }

    /**
     * Trains both, section G of the supplement: m groups of the batch, each under the merged weights of its own architecture, by
     * the loss of Eq. (9), its mean over the groups: each moves the supernets at 1/m of the rate. All gradients are taken at
     * the same weights, each is clipped and compensated on its own, and momentum fades with each of the m moves.
     */
    Loss.Count trainBoth(Batch batch, List<Architecture> architectures) {
        SimplexNet.Forward forward = simplexNet.forward(architectures);
        List<BothGradients> gradients = passes(
                batch, architectures, forward.codes(), path -> new BothGradients(codeGradient(path), path.own()));
        descendSupernets(gradients.stream().map(BothGradients::ofWeights).toList(), rate() / gradients.size());
        List<CodeGradient> ofCodes =
                gradients.stream().map(BothGradients::ofCode).toList();
        descendSimplexNet(forward, architectures, ofCodes);
        return Loss.Count.sum(ofCodes.stream().map(CodeGradient::count));
    }

    /** Returns λ of an architecture at this step: 1/K in warm-up, then by the simplex-net. */
    SimplexCode code(Architecture architecture) {
        return settings.isAfterWarmup(step(), stepsPerEpoch())
                ? simplexNet.code(architecture)
                : SimplexCode.uniform(settings.k());
    }

    /** Draws the architectures of a step that trains the supernets alone. */
    private List<Architecture> samplePaths() {
        return settings.fairPaths()
                ? space.sampleFairly(settings.paths(), seed.generator("paths", step()))
                : sample("path", settings.paths(), settings.largestOf());
    }

    /** Draws the architectures of a step that trains the simplex-net, each the largest of so many. */
    private List<Architecture> sampleGroups(int largestOf) {
        return sample("group", settings.groups(), largestOf);
    }

    private List<Architecture> sample(String purpose, int count, int largestOf) {
        return IntStream.range(0, count)
                .mapToObj(j -> space.sampleLargest(largestOf, seed.generator(purpose, step(), j)))
                .toList();
    }

    /**
     * The gradient of one pass, and what it belongs to.
     *
     * @param code λ
     * @param gradient ∂L/∂θ̃
     * @param norm of the gradient
     * @param count of the images
     */
    private record PathGradient(SimplexCode code, Gradient gradient, double norm, Loss.Count count) {
        /** Takes it out of the scope of the pass. */
        PathGradient own() {
            gradient.own();
            return this;
        }
    }

    /** The gradient ∂L/∂λ of one architecture. */
    private record CodeGradient(List<Double> values, Loss.Count count) {}

    /** Both gradients of one pass. */
    private record BothGradients(CodeGradient ofCode, PathGradient ofWeights) {}

    private CodeGradient codeGradient(PathGradient path) {
        double[] values = supernets.codeGradient(path.gradient);
        return new CodeGradient(Arrays.stream(values).boxed().toList(), path.count);
    }

    /**
     * Runs passes over equal parts of a batch, each under its own architecture: side by side, and one alone with all threads for
     * itself.
     *
     * @param use what is made of a pass as long as its tensors are there
     */
    private <T> List<T> passes(
            Batch batch, List<Architecture> architectures, List<SimplexCode> codes, Function<PathGradient, T> use) {
        try (NativeScope scope = new NativeScope()) {
            ImageTensors images = ImageTensors.of(batch, executor.compute());
            List<Network> networks = architectures.stream().map(space::network).toList();
            if (networks.size() == 1) {
                return List.of(use.apply(pass(architectures.get(0), networks.get(0), codes.get(0), images)));
            }
            long part = images.size() / networks.size();
            // Most of the time of a small layer does not depend on its multiply-adds.
            int[] layers = networks.stream().mapToInt(n -> n.liveNodes().size()).toArray();
            phases.enter(Phase.PASSES);
            List<T> results = executor.streams().run(layers, j -> {
                try (NativeScope ofPass = new NativeScope()) {
                    ImageTensors ofPart = images.range(j * part, (j + 1) * part);
                    return use.apply(pass(architectures.get(j), networks.get(j), codes.get(j), ofPart));
                }
            });
            phases.enter(Phase.OTHER);
            return results;
        }
    }

    /** Runs one forward and one backward pass with the merged weights of an architecture. */
    private PathGradient pass(Architecture a, Network network, SimplexCode lambda, ImageTensors images) {
        phases.enter(Phase.MERGE);
        NetworkWeights merged = supernets.merge(network, lambda);
        phases.enter(Phase.FORWARD);
        try (TrainingPass pass = executor.train(network, merged, images, settings.labelSmoothing())) {
            phases.enter(Phase.BACKWARD);
            Gradient gradient = pass.backward();
            phases.enter(Phase.OTHER);
            Loss.Count count = pass.count();
            double norm = finiteNorm(gradient, count, rate(), () -> " under architecture " + space.format(a));
            return new PathGradient(lambda, gradient, norm, count);
        }
    }

    /** Moves the supernets by the gradient of each pass, one after the other, each at a rate. */
    private void descendSupernets(List<PathGradient> paths, double rate) {
        phases.enter(Phase.OPTIMIZER);
        for (PathGradient path : paths) {
            try (Gradient gradient = path.gradient) {
                gradient.clip(path.norm, settings.gradientClip());
                if (settings.compensateGradient()) {
                    gradient.scale(1 / path.code.squaredNorm());
                }
                descent.step(gradient, path.code, settings.descent().sgd(), rate);
            }
        }
        phases.enter(Phase.OTHER);
    }

    /** Moves the simplex-net by the mean of the gradients of all passes and that of a · r_c. */
    private void descendSimplexNet(
            SimplexNet.Forward forward, List<Architecture> architectures, List<CodeGradient> codes) {
        phases.enter(Phase.OPTIMIZER);
        float[][] gradient = regulariser.gradient(forward.codes(), architectures);
        int m = architectures.size();
        for (int j = 0; j < m; j++) {
            for (int k = 0; k < settings.k(); k++) {
                gradient[j][k] = (float) (settings.simplex().regulariser() * gradient[j][k]
                        + codes.get(j).values.get(k) / m);
            }
        }
        simplexOptimizer.step(simplexNet.parameters(), forward.backward(gradient), simplexRate());
        phases.enter(Phase.OTHER);
    }

    private double rate() {
        return rate(settings.rate());
    }

    private double simplexRate() {
        return rate(settings.simplexRate());
    }

    @Override
    NamedTensors tensors() {
        NamedTensors tensors = supernets.state().putAll("", descent.state()).put(SIGMA, simplexNet.parameters());
        simplexOptimizer.state().forEach((name, values) -> tensors.put(OPTIMIZER + name, values));
        return tensors;
    }

    @Override
    Map<String, Double> numbers() {
        return Map.of(SIMPLEX_STEPS, (double) simplexOptimizer.steps());
    }

    @Override
    void restore(NamedTensors tensors, ToDoubleFunction<String> numbers) {
        simplexNet.setParameters(tensors.toFloats(SIGMA));
        Map<String, float[]> moments = new HashMap<>();
        for (String name : simplexOptimizer.state().keySet()) {
            moments.put(name, tensors.toFloats(OPTIMIZER + name));
        }
        simplexOptimizer.restore((long) numbers.applyAsDouble(SIMPLEX_STEPS), moments);
    }

    @Override
    public void close() {
        executor.close();
        descent.close();
        supernets.close();
    }
}
