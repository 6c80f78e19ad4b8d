package kshot.train;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.Batch;
import kshot.data.TrainingBatches;
import kshot.execute.Executor;
import kshot.execute.Gradient;
import kshot.execute.Loss;
import kshot.simplex.SimplexCode;
import kshot.simplex.SimplexNet;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.tensor.Collective;
import kshot.tensor.Compute;
import kshot.tensor.Device;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.tensor.Numbers;
import kshot.train.PassGradient.OfCode;
import kshot.train.PassGradient.OfWeights;
import kshot.weights.SupernetDescent;
import kshot.weights.SupernetMixture;
import kshot.weights.Supernets;

/**
 * Trains K supernets and the simplex-net: in turn, Algorithm 2 of the paper, or in each batch both, as its section G does for
 * comparison. Symbols: a an architecture, λ = π(a; σ) its code by the simplex-net, θ̃ = Σ λ_k θ_k the merged weights, L the loss,
 * m the number of groups, r_c the regulariser of codes.
 *
 * <p>Every draw is a function of (seed, step): a training can go on from any step, and all ranks know all architectures. A step of
 * the supernets takes a part of each path's images on each rank; of one of the simplex-net, each group is on one rank.
 */
public final class SupernetTrainer extends Training {
    /** The name of the factor of the outputs of the simplex-net. */
    static final String CODE_SCALE = "code_scale";

    /** The beginning of the names of how much training has reached each supernet. */
    static final String REACH = "reach.";

    private final SearchSpace space;
    private final SupernetSettings settings;
    private final Seed seed;
    private final Supernets supernets;
    private final SupernetDescent descent;
    private final SimplexTraining simplex;
    private final Executor executor;
    private final double[] reach;
    private BatchPasses passes;

    /** A training of supernets and simplex-net at its start, on the processor. */
    public SupernetTrainer(SearchSpace space, SupernetSettings settings, TrainingBatches batches, Seed seed) {
        this(space, settings, batches, seed, Device.PROCESSOR, Collective.ALONE);
    }

    /**
     * A training of supernets and simplex-net at its start, by several ranks.
     *
     * @param device of this rank
     * @param collective the ranks, each of which has this training; the caller closes it
     */
    public SupernetTrainer(
            SearchSpace space,
            SupernetSettings settings,
            TrainingBatches batches,
            Seed seed,
            Device device,
            Collective collective) {
        super(batches, settings.epochs(), collective);
        int images = batches.batchSize() / settings.paths() / collective.size();
        InvalidInputException.require(
                collective.isAlone() || images >= 2,
                "number of ranks",
                collective.size(),
                "so many that each has at least 2 images of each architecture of a batch of " + batches.batchSize());
        Compute compute = new Compute(device, settings.precision());
        this.space = space;
        this.settings = settings;
        this.seed = seed;
        this.supernets = Supernets.random(space, settings.dictionary(), compute, seed);
        this.descent = new SupernetDescent(supernets);
        this.simplex = new SimplexTraining(space, settings, seed);
        this.executor = Executor.of(compute);
        this.reach = new double[settings.k()];
        this.passes = new BatchPasses(space, supernets, executor, settings.labelSmoothing(), Phase.Listener.NONE);
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
        return simplex.net();
    }

    /** Returns what runs the networks. */
    public Executor executor() {
        return executor;
    }

    /** Tells a listener where each step is. */
    public void observe(Phase.Listener listener) {
        passes = passes.with(listener);
    }

    /** Returns what scores architectures: the supernets as they are now, mixed by the codes of the last step. */
    public SupernetMixture mixture() {
        double scale = codeScaleOfLastStep();
        return new SupernetMixture(supernets, a -> simplexNet().code(a, scale));
    }

    /** One batch of Algorithm 2, or of joint training. */
    @Override
    TrainingStep train(Batch batch) {
        SupernetSampling sampling = settings.sampling();
        return switch (settings.turn(step(), stepsPerEpoch())) {
            case SUPERNETS -> ofSupernets(trainSupernets(batch, sampling.drawPaths(space, seed, step())));
            case SIMPLEX_NET ->
                shown(
                        TrainingStep.Stage.SIMPLEX,
                        trainSimplexNet(batch, groups(settings.simplex().drawn(settings.largestOf()))),
                        simplexRate(),
                        null);
            case BOTH -> ofSupernets(trainBoth(batch, groups(settings.largestOf())));
            case NOTHING -> shown(TrainingStep.Stage.NOTHING, Loss.Count.NONE, 0, null);
        };
    }

    private List<Architecture> groups(int largestOf) {
        return settings.sampling().drawGroups(largestOf, space, seed, step());
    }

    private TrainingStep ofSupernets(Loss.Count count) {
        return shown(TrainingStep.Stage.SUPERNET, count, rate(), null);
    }

    /**
     * Trains the supernets, Eq. (7): by one architecture for the whole batch, its code taken as constant. Of several, each has its
     * part of the batch; their gradients are all taken at the same weights, and then descended one after the other.
     */
    public Loss.Count trainSupernets(Batch batch, List<Architecture> architectures) {
        List<SimplexCode> codes = architectures.stream().map(this::code).toList();
        requireSameStep(architectures.stream().map(space::format));
        try (NativeScope scope = new NativeScope()) {
            List<WeightPass> paths = passes.run(batch, architectures, codes, WeightPass::own).stream()
                    .map(WeightPass::adopt)
                    .toList();
            paths.forEach(path -> path.over(collective()));
            List<double[]> numbers =
                    Numbers.read(paths.stream().map(WeightPass::numbers).toList());
            List<OfWeights> gradients = finite(architectures, OfWeights.of(paths, numbers));
            descendSupernets(gradients, rate());
            return Loss.Count.sum(gradients.stream().map(OfWeights::count));
        }
    }

    /**
     * Trains the simplex-net, Eq. (9): the supernets fixed, by m groups of the batch, each under the merged weights of its own
     * architecture.
     */
    public Loss.Count trainSimplexNet(Batch batch, List<Architecture> architectures) {
        requireSameStep(architectures.stream().map(space::format));
        SimplexNet.Forward forward = simplexNet().forward(architectures, codeScale());
        Groups groups = new Groups(architectures.size(), collective());
        try (NativeScope scope = new NativeScope()) {
            List<Numbers> own =
                    passes
                            .run(batch, groups.own(architectures), groups.own(forward.codes()), this::ownCodeNumbers)
                            .stream()
                            .map(Numbers::adopt)
                            .toList();
            double[] numbers = groups.gather(own, this::noCodeNumbers).read();
            List<OfCode> gradients = finite(architectures, OfCode.of(groups.count(), numbers));
            descendSimplexNet(forward, architectures, gradients);
            return Loss.Count.sum(gradients.stream().map(OfCode::count));
        }
    }

    /**
     * Trains both, section G of the supplement: m groups of the batch, each under the merged weights of its own architecture, by
     * the loss of Eq. (9), its mean over the groups: each moves the supernets at 1/m of the rate. All gradients are taken at
     * the same weights, each is clipped and compensated on its own, and momentum fades with each of the m moves.
     */
    Loss.Count trainBoth(Batch batch, List<Architecture> architectures) {
        requireSameStep(architectures.stream().map(space::format));
        SimplexNet.Forward forward = simplexNet().forward(architectures, codeScale());
        Groups groups = new Groups(architectures.size(), collective());
        try (NativeScope scope = new NativeScope()) {
            List<BothPasses> own = passes
                    .run(
                            batch,
                            groups.own(architectures),
                            groups.own(forward.codes()),
                            path -> new BothPasses(ownCodeNumbers(path), path.own()))
                    .stream()
                    .map(BothPasses::adopt)
                    .toList();
            Numbers codes = groups.gather(own.stream().map(BothPasses::ofCode).toList(), this::noCodeNumbers);
            List<WeightPass> paths = groups.all(
                    own.stream().map(BothPasses::ofWeights).toList(),
                    j -> WeightPass.none(
                            space.network(architectures.get(j)),
                            executor.compute(),
                            forward.codes().get(j)));
            paths.forEach(path -> path.over(collective()));
            List<double[]> numbers =
                    Numbers.read(Stream.concat(Stream.of(codes), paths.stream().map(WeightPass::numbers))
                            .toList());
            List<OfCode> ofCodes = finite(architectures, OfCode.of(groups.count(), numbers.get(0)));
            List<OfWeights> ofWeights = finite(architectures, OfWeights.of(paths, numbers.subList(1, numbers.size())));
            descendSupernets(ofWeights, rate() / groups.count());
            descendSimplexNet(forward, architectures, ofCodes);
            return Loss.Count.sum(ofCodes.stream().map(OfCode::count));
        }
    }

    /** Returns λ of an architecture at this step: 1/K in warm-up, then by the simplex-net. */
    SimplexCode code(Architecture architecture) {
        return simplexNet().code(architecture, codeScale());
    }

    private double codeScale() {
        return settings.codeScale(step(), stepsPerEpoch());
    }

    private double codeScaleOfLastStep() {
        return settings.codeScale(step() - 1, stepsPerEpoch());
    }

    /**
     * The findings of one pass for both.
     *
     * @param ofCode its numbers, then ∂L/∂λ
     */
    private record BothPasses(Numbers ofCode, WeightPass ofWeights) {
        BothPasses adopt() {
            ofCode.adopt();
            ofWeights.adopt();
            return this;
        }
    }

    /** Returns the numbers of a pass, then ∂L/∂λ, taken out of the scope of the pass. */
    private Numbers ownCodeNumbers(WeightPass path) {
        return Numbers.joined(List.of(path.numbers(), supernets.codeGradient(path.gradient())))
                .own();
    }

    private Numbers noCodeNumbers(int group) {
        return Numbers.zeros(PassGradient.NUMBERS + settings.k(), executor.compute());
    }

    /** Looks at gradients when they are of all images, so that all ranks see the same. */
    private <G extends PassGradient> List<G> finite(List<Architecture> architectures, List<G> gradients) {
        for (int j = 0; j < gradients.size(); j++) {
            Architecture a = architectures.get(j);
            G gradient = gradients.get(j);
            requireFinite(gradient.norm(), gradient.count(), rate(), () -> " under architecture " + space.format(a));
        }
        return gradients;
    }

    @Override
    IntStream positions(long ofStep) {
        SupernetSchedule.Turn turn = settings.turn(ofStep, stepsPerEpoch());
        return positions(turn == SupernetSchedule.Turn.SIMPLEX_NET || turn == SupernetSchedule.Turn.BOTH);
    }

    /** Returns where in a batch this rank's images are; those of a group stay together, so that it has its batch statistics. */
    public IntStream positions(boolean inGroups) {
        return inGroups ? new Groups(settings.groups(), collective()).positions(batchSize()) : positions();
    }

    /** Moves the supernets by the gradient of each pass, one after the other, each at a rate. */
    private void descendSupernets(List<OfWeights> paths, double rate) {
        passes.phases().enter(Phase.OPTIMIZER);
        for (OfWeights path : paths) {
            Gradient gradient = path.gradient();
            gradient.clip(path.norm(), settings.gradientClip());
            descent.step(gradient, path.code(), settings.descent().sgd(), rate);
            addReach(path.code(), rate);
        }
        passes.phases().enter(Phase.OTHER);
    }

    /**
     * Adds a step to the training that has reached each supernet: rate · λ_k, or rate · λ_k / |λ|² where gradients are
     * compensated. Σ λ_k(a) of these sums is how far the merged weights of an architecture a have been moved, momentum left out.
     */
    private void addReach(SimplexCode code, double rate) {
        double factor = settings.dictionary().compensateGradient() ? rate / code.squaredNorm() : rate;
        for (int k = 0; k < reach.length; k++) {
            reach[k] += factor * code.get(k);
        }
    }

    private void descendSimplexNet(
            SimplexNet.Forward forward, List<Architecture> architectures, List<OfCode> gradients) {
        passes.phases().enter(Phase.OPTIMIZER);
        simplex.descend(forward, architectures, gradients, simplexRate());
        passes.phases().enter(Phase.OTHER);
    }

    private double rate() {
        return rate(settings.rate());
    }

    private double simplexRate() {
        return rate(settings.simplexRate());
    }

    @Override
    NamedTensors tensors() {
        return simplex.addTo(supernets.state().putAll("", descent.state()));
    }

    @Override
    Map<String, Double> numbers() {
        Map<String, Double> numbers = new HashMap<>();
        numbers.put(SimplexTraining.STEPS, (double) simplex.steps());
        numbers.put(CODE_SCALE, codeScaleOfLastStep());
        for (int k = 0; k < reach.length; k++) {
            numbers.put(REACH + k, reach[k]);
        }
        return numbers;
    }

    @Override
    void restore(NamedTensors tensors, ToDoubleFunction<String> numbers) {
        simplex.restore(tensors, numbers);
        Arrays.setAll(reach, k -> numbers.applyAsDouble(REACH + k));
    }

    @Override
    public void close() {
        executor.close();
        descent.close();
        supernets.close();
    }
}
