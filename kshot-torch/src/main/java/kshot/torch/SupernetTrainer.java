package kshot.torch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import kshot.common.Seed;
import kshot.data.Batch;
import kshot.data.Prefetcher;
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
public final class SupernetTrainer implements Training {
    /** Batches that are ready before they are needed. */
    private static final int PREFETCHED = 4;

    private static final String SIGMA = "simplex.parameters";
    private static final String OPTIMIZER = "simplex.optimizer.";

    private final SearchSpace space;
    private final SupernetSettings settings;
    private final TrainingBatches batches;
    private final Seed seed;
    private final long steps;
    private final Supernets supernets;
    private final SimplexNet simplexNet;
    private final SimplexOptimizer simplexOptimizer;
    private final WidthRegulariser regulariser;
    private final Executor executor;
    private Phase.Listener phases = Phase.Listener.NONE;
    private long step;
    private double rateFactor = 1;

    /** Supernets and simplex-net at their start. */
    public SupernetTrainer(SearchSpace space, SupernetSettings settings, TrainingBatches batches, Seed seed) {
        this.space = space;
        this.settings = settings;
        this.batches = batches;
        this.seed = seed;
        this.steps = settings.epochs() * batches.batchesPerEpoch();
        this.supernets = Supernets.random(space, settings.k(), settings.precision(), settings.initialNoise(), seed);
        this.simplexNet = new SimplexNet(space, settings.k(), settings.simplex().hidden(), seed);
        this.simplexOptimizer = settings.simplex().optimizerOf(simplexNet.parameters().length);
        this.regulariser = new WidthRegulariser(space, settings.simplex().temperature());
        this.executor = new Executor(settings.precision());
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public long step() {
        return step;
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
    public void train(BooleanSupplier pause, TrainingStep.Listener listener) {
        try (Prefetcher data = new Prefetcher(batches::at, step, steps, PREFETCHED)) {
            while (step < steps && !pause.getAsBoolean()) {
                Batch batch = data.next();
                boolean ofSimplexNet = settings.trainsSimplexNet(step, batches.batchesPerEpoch());
                Loss.Count count = ofSimplexNet ? trainSimplexNet(batch, groups()) : trainSupernets(batch, path());
                TrainingStep done = report(ofSimplexNet, count);
                step++;
                listener.onStep(done);
            }
        }
    }

    /**
     * Time of a batch, in seconds.
     *
     * @param supernets of one that trains the supernets
     * @param simplexNet of one that trains the simplex-net; 0 for K = 1
     */
    public record StepSeconds(double supernets, double simplexNet) {}

    /**
     * Times batches of each kind, and takes the median of their second half: in the first one code is loaded and kernels are
     * compiled. They train: do it on weights that are thrown away.
     *
     * @param most batches of each kind, at least 1
     * @param budget seconds after which no further one begins
     */
    public StepSeconds time(long most, double budget) {
        List<Double> ofSupernets = new ArrayList<>();
        List<Double> ofSimplexNet = new ArrayList<>();
        long end = System.nanoTime() + Math.round(budget * 1e9);
        do {
            Batch batch = batches.at(step);
            long start = System.nanoTime();
            trainSupernets(batch, path());
            long middle = System.nanoTime();
            ofSupernets.add((middle - start) / 1e9);
            if (settings.k() > 1) {
                trainSimplexNet(batch, groups());
                ofSimplexNet.add((System.nanoTime() - middle) / 1e9);
            }
            step++;
        } while (ofSupernets.size() < most && System.nanoTime() < end);
        return new StepSeconds(
                medianOfSecondHalf(ofSupernets), settings.k() > 1 ? medianOfSecondHalf(ofSimplexNet) : 0);
    }

    private static double medianOfSecondHalf(List<Double> values) {
        List<Double> sorted = values.subList(values.size() / 2, values.size()).stream()
                .sorted()
                .toList();
        return sorted.get(sorted.size() / 2);
    }

    private double epoch() {
        return (double) step / batches.batchesPerEpoch();
    }

    private TrainingStep report(boolean ofSimplexNet, Loss.Count count) {
        return new TrainingStep(
                ofSimplexNet ? TrainingStep.Stage.SIMPLEX : TrainingStep.Stage.SUPERNET,
                step,
                steps,
                epoch(),
                -count.meanLogLikelihood(),
                count.accuracy(),
                ofSimplexNet ? simplexRate() : rate(),
                (int) count.images(),
                null);
    }

    @Override
    public double rateFactor() {
        return rateFactor;
    }

    @Override
    public void halveRate() {
        rateFactor /= 2;
    }

    @Override
    public void save(Path file, Map<String, String> notes) throws IOException {
        Map<String, String> metadata = new HashMap<>(notes);
        metadata.put("step", Long.toString(step));
        metadata.put("rate_factor", Double.toString(rateFactor));
        metadata.put("simplex_steps", Long.toString(simplexOptimizer.steps()));
        try (PointerScope scope = new PointerScope()) {
            Safetensors.write(file, state(), metadata);
        }
    }

    @Override
    public Map<String, String> load(Path file) throws IOException {
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> state = state();
            Map<String, String> metadata = Safetensors.read(file, state);
            step = Safetensors.step(file, metadata, steps);
            rateFactor = Safetensors.number(file, metadata, "rate_factor", 1);
            simplexNet.setParameters(LibTorch.toFloats(tensor(state, SIGMA)));
            Map<String, float[]> moments = new HashMap<>();
            for (String name : simplexOptimizer.state().keySet()) {
                moments.put(name, LibTorch.toFloats(tensor(state, OPTIMIZER + name)));
            }
            simplexOptimizer.restore((long) Safetensors.number(file, metadata, "simplex_steps", 0), moments);
            return metadata;
        }
    }

    private static Tensor tensor(Map<String, Tensor> state, String name) {
        return Objects.requireNonNull(state.get(name), name);
    }

    /** All tensors by name; those of the supernets themselves, copies of the small ones of the simplex-net. */
    private Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>(supernets.state());
        state.put(SIGMA, Tensor.create(simplexNet.parameters()));
        simplexOptimizer.state().forEach((name, values) -> state.put(OPTIMIZER + name, Tensor.create(values)));
        return state;
    }

    /** λ of an architecture at this step: 1/K in warm-up, then what the simplex-net says. */
    SimplexCode code(Architecture architecture) {
        return step < settings.warmupEpochs() * batches.batchesPerEpoch()
                ? SimplexCode.uniform(settings.k())
                : simplexNet.code(architecture);
    }

    /** The architecture of this step. */
    private Architecture path() {
        return space.sample(seed.generator("path", step));
    }

    /** The architectures of this step, one for each group. */
    private List<Architecture> groups() {
        List<Architecture> architectures = new ArrayList<>();
        for (int j = 0; j < settings.groups(); j++) {
            architectures.add(space.sample(seed.generator("group", step, j)));
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
            Tensor gradient = clip(pass.gradient);
            supernets.descend(pass.weights, lambda, gradient, settings.descent(), rate(lambda));
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

    private record GradientPass(NetworkWeights weights, Tensor gradient, Loss.Count count) {}

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
        DivergenceException.check(count, gradient, step, rate(), () -> " under architecture " + space.format(a));
        return new GradientPass(weights, gradient, count);
    }

    private Tensor clip(Tensor gradient) {
        return settings.gradientClip() > 0 ? LibTorch.clip(gradient, settings.gradientClip()) : gradient;
    }

    private double rate() {
        return rateFactor * settings.rate().at(epoch());
    }

    private double rate(SimplexCode lambda) {
        return settings.compensateRate() ? rate() / lambda.squaredNorm() : rate();
    }

    private double simplexRate() {
        return rateFactor * settings.simplexRate().at(epoch());
    }

    @Override
    public void close() {
        executor.close();
        supernets.close();
    }
}
