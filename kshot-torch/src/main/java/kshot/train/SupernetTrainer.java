package kshot.train;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import kshot.common.Seed;
import kshot.data.Batch;
import kshot.data.TrainingBatches;
import kshot.execute.Executor;
import kshot.execute.ImageTensors;
import kshot.execute.LibTorch;
import kshot.execute.Loss;
import kshot.execute.NetworkWeights;
import kshot.execute.PointerScopes;
import kshot.execute.SupernetMixture;
import kshot.execute.Supernets;
import kshot.execute.WeightLayout;
import kshot.network.Network;
import kshot.simplex.SimplexCode;
import kshot.simplex.SimplexNet;
import kshot.simplex.SimplexOptimizer;
import kshot.simplex.WidthRegulariser;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains K supernets and the simplex-net: in turn, Algorithm 2 of the paper, or in each batch both, as its section G does for
 * comparison. Symbols: a an architecture, λ its code, θ̃ the merged weights, π the simplex-net, m the number of groups, r_c the
 * regulariser of codes.
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
        this.simplexNet = settings.simplex().net(space, settings.k(), seed);
        this.simplexOptimizer = settings.simplex().optimizerOf(simplexNet.parameters().length);
        this.regulariser = new WidthRegulariser(space, settings.simplex().temperature());
        this.executor = Executor.of(settings.precision());
    }

    /** The supernets being trained. */
    public Supernets supernets() {
        return supernets;
    }

    /** The simplex-net being trained. */
    public SimplexNet simplexNet() {
        return simplexNet;
    }

    /** What scores architectures at this step. */
    public SupernetMixture dictionary() {
        return new SupernetMixture(supernets, simplexNet::code);
    }

    /** The steps after which supernets score architectures, ascending; the last is the end. */
    public List<Long> snapshotSteps() {
        return LongStream.rangeClosed(settings.epochs() - settings.snapshots() + 1L, settings.epochs())
                .mapToObj(epoch -> epoch * stepsPerEpoch())
                .toList();
    }

    /** What runs the networks. */
    public Executor executor() {
        return executor;
    }

    /** Tells a listener where each step is. */
    public void observe(Phase.Listener listener) {
        phases = listener;
    }

    @Override
    TrainingStep train(Batch batch) {
        if (settings.trainsSimplexNet(step(), stepsPerEpoch())) {
            return shown(TrainingStep.Stage.SIMPLEX, trainSimplexNet(batch, groups(false)), simplexRate(), null);
        }
        Loss.Count count = settings.trainsBoth(step(), stepsPerEpoch())
                ? trainBoth(batch, groups(true))
                : trainSupernets(batch, paths());
        return shown(TrainingStep.Stage.SUPERNET, count, rate(), null);
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
        return settings.isAfterWarmup(step(), stepsPerEpoch())
                ? simplexNet.code(architecture)
                : SimplexCode.uniform(settings.k());
    }

    /** The architectures of this step, if it trains the supernets. */
    private List<Architecture> paths() {
        return settings.fairPaths()
                ? space.sampleFairly(settings.paths(), seed.generator("paths", step()))
                : architectures("path", settings.paths(), settings.largestOf());
    }

    /** Those of a step that trains the simplex-net: drawn evenly, but where it trains supernets, too, as {@link #paths()}. */
    private List<Architecture> groups(boolean trainsSupernets) {
        return architectures("group", settings.groups(), trainsSupernets ? settings.largestOf() : 1);
    }

    private List<Architecture> architectures(String purpose, int count, int largestOf) {
        return IntStream.range(0, count)
                .mapToObj(j -> space.sampleLargest(largestOf, seed.generator(purpose, step(), j)))
                .toList();
    }

    /**
     * Eq. (7): one architecture for the whole batch, its code taken as constant. Of several, each has its part of the batch;
     * their gradients are all taken at the same weights, and then descended one after the other.
     */
    public Loss.Count trainSupernets(Batch batch, List<Architecture> architectures) {
        List<SimplexCode> codes = architectures.stream().map(this::code).toList();
        try (PointerScope scope = new PointerScope()) {
            ImageTensors images = ImageTensors.of(batch, settings.precision());
            List<GradientPass> passes = passes(images, architectures, codes, GradientPass::own);
            descend(passes, rate());
            return Loss.Count.sum(passes.stream().map(GradientPass::count));
        }
    }

    /** Eq. (9): the supernets fixed, m groups of the batch, each under the merged weights of its own architecture. */
    public Loss.Count trainSimplexNet(Batch batch, List<Architecture> architectures) {
        SimplexNet.Forward forward = simplexNet.forward(architectures);
        List<CodePass> passes;
        try (PointerScope scope = new PointerScope()) {
            ImageTensors images = ImageTensors.of(batch, settings.precision());
            passes = passes(images, architectures, forward.codes(), this::codePass);
        }
        descend(forward, architectures, passes);
        return Loss.Count.sum(passes.stream().map(CodePass::count));
    }

    /**
     * Section G of the supplement: m groups of the batch, each under the merged weights of its own architecture, train both by
     * the loss of Eq. (9), its mean over the groups: each moves the supernets at 1/m of the rate. All gradients are taken at
     * the same weights, each is clipped and compensated on its own, and momentum fades with each of the m moves.
     */
    Loss.Count trainBoth(Batch batch, List<Architecture> architectures) {
        SimplexNet.Forward forward = simplexNet.forward(architectures);
        try (PointerScope scope = new PointerScope()) {
            ImageTensors images = ImageTensors.of(batch, settings.precision());
            List<BothPasses> passes =
                    passes(images, architectures, forward.codes(), pass -> new BothPasses(codePass(pass), pass.own()));
            descend(passes.stream().map(BothPasses::ofWeights).toList(), rate() / passes.size());
            descend(
                    forward,
                    architectures,
                    passes.stream().map(BothPasses::ofCode).toList());
            return Loss.Count.sum(passes.stream().map(both -> both.ofCode.count));
        }
    }

    /** The supernets, by the gradient of each pass, one after the other, each at a rate. */
    private void descend(List<GradientPass> passes, double rate) {
        phases.enter(Phase.OPTIMIZER);
        for (GradientPass pass : passes) {
            LibTorch.clip(pass.gradient, pass.norm, settings.gradientClip());
            if (settings.compensateGradient()) {
                pass.gradient.mul_(new Scalar(1 / pass.code.squaredNorm()));
            }
            supernets.descend(pass.layout, pass.code, pass.gradient, settings.descent(), rate);
            pass.gradient.close();
        }
        phases.enter(Phase.OTHER);
    }

    /** The simplex-net, by the mean of the gradients of all passes and that of a · r_c. */
    private void descend(SimplexNet.Forward forward, List<Architecture> architectures, List<CodePass> passes) {
        phases.enter(Phase.OPTIMIZER);
        float[][] gradient = regulariser.gradient(forward.codes(), architectures);
        int m = architectures.size();
        for (int j = 0; j < m; j++) {
            for (int k = 0; k < settings.k(); k++) {
                gradient[j][k] = (float) (settings.simplex().regulariser() * gradient[j][k]
                        + passes.get(j).gradient.get(k) / m);
            }
        }
        simplexOptimizer.step(simplexNet.parameters(), forward.backward(gradient), simplexRate());
        phases.enter(Phase.OTHER);
    }

    /** ∂L/∂λ of one architecture. */
    private record CodePass(List<Double> gradient, Loss.Count count) {}

    private CodePass codePass(GradientPass pass) {
        double[] gradient = supernets.codeGradient(pass.layout, pass.gradient);
        return new CodePass(Arrays.stream(gradient).boxed().toList(), pass.count);
    }

    /** Both gradients of one pass. */
    private record BothPasses(CodePass ofCode, GradientPass ofWeights) {}

    /**
     * One forward and one backward pass.
     *
     * @param layout of the gradient
     * @param code λ
     * @param gradient ∂L/∂θ̃
     * @param norm of the gradient
     * @param count of the images
     */
    private record GradientPass(WeightLayout layout, SimplexCode code, Tensor gradient, double norm, Loss.Count count) {
        /** Out of the scope of the pass. */
        GradientPass own() {
            PointerScopes.own(gradient);
            return this;
        }
    }

    /**
     * Passes of equal parts of a batch, each under its own architecture: side by side, and one alone with all threads for
     * itself.
     *
     * @param use what is made of a pass as long as its tensors are there
     */
    private <T> List<T> passes(
            ImageTensors images,
            List<Architecture> architectures,
            List<SimplexCode> codes,
            Function<GradientPass, T> use) {
        List<Network> networks = architectures.stream().map(space::network).toList();
        if (networks.size() == 1) {
            return List.of(use.apply(pass(architectures.get(0), networks.get(0), codes.get(0), images)));
        }
        long part = images.size() / networks.size();
        // Most of the time of a small layer does not depend on its multiply-adds.
        int[] layers = networks.stream().mapToInt(n -> n.liveNodes().size()).toArray();
        phases.enter(Phase.PASSES);
        List<T> results = executor.streams().run(layers, j -> {
            try (PointerScope ofPass = new PointerScope()) {
                ImageTensors ofPart = images.range(j * part, (j + 1) * part);
                return use.apply(pass(architectures.get(j), networks.get(j), codes.get(j), ofPart));
            }
        });
        phases.enter(Phase.OTHER);
        return results;
    }

    private GradientPass pass(Architecture a, Network network, SimplexCode lambda, ImageTensors images) {
        phases.enter(Phase.MERGE);
        NetworkWeights weights = supernets.merge(network, lambda);
        phases.enter(Phase.FORWARD);
        try (Executor.Pass pass = executor.train(network, weights, images.images())) {
            Tensor ofScores = Loss.gradient(pass.scores(), images.labels(), settings.labelSmoothing());
            phases.enter(Phase.BACKWARD);
            Tensor gradient = pass.backward(ofScores);
            phases.enter(Phase.OTHER);
            Loss.Count count = Loss.Count.of(pass.scores(), images.labels());
            double norm = finiteNorm(gradient, count, rate(), () -> " under architecture " + space.format(a));
            return new GradientPass(weights.layout(), lambda, gradient, norm, count);
        }
    }

    private double rate() {
        return rate(settings.rate());
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
