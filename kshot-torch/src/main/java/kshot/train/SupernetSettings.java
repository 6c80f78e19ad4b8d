package kshot.train;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import kshot.common.Preset;
import kshot.common.Seed;
import kshot.simplex.SimplexNet;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.tensor.Precision;
import kshot.weights.DictionarySettings;

/**
 * The training of supernets and simplex-net: start from a preset, and change what should be different.
 *
 * <pre>{@code
 * SupernetSettings settings = SupernetSettings.quick()
 *         .withK(2)
 *         .withEpochs(10)
 *         .withSampling(sampling -> sampling.withPaths(2));
 * }</pre>
 *
 * <p>Here and in the parts, a method {@code withX} returns a copy with another X. Every copy is checked, so where one
 * component limits another, as epochs limit those of the warm-up, lower the second one first.
 *
 * @param dictionary the K supernets
 * @param schedule which batches train what, and how long
 * @param sampling the images and architectures of a batch
 * @param descent the descent of the supernets
 * @param precision number type of features
 * @param onDivergence what to do where the loss is no number any more
 * @param simplex the simplex-net
 */
public record SupernetSettings(
        DictionarySettings dictionary,
        SupernetSchedule schedule,
        SupernetSampling sampling,
        DescentSettings descent,
        Precision precision,
        OnDivergence onDivergence,
        SimplexSettings simplex) {

    /** A way in which supernets and simplex-net share the batches after the warm-up. */
    public enum Mode {
        /** Supernets and simplex-net in turn: Algorithm 2 of the paper's supplement. */
        ITERATIVE,
        /** Each batch, split into m groups, trains both: the ablation of the supplement's section G. */
        JOINT
    }

    /**
     * Returns the settings of a preset for one search space. They differ from those of other spaces for NAS-Bench-201, whose
     * networks of 15 cells are expensive: {@code docs/results/ranking-nas-bench-201.md} says why.
     *
     * @param space name of the space
     */
    public static SupernetSettings of(Preset preset, String space) {
        boolean nasBench201 = space.equals(Spaces.NAS_BENCH_201);
        return switch (preset) {
            case SMOKE -> (nasBench201 ? quickNasBench201() : quick()).shortest();
            case QUICK -> nasBench201 ? quickNasBench201() : quick();
            case STANDARD -> nasBench201 ? standardNasBench201() : standard();
            case PAPER -> nasBench201 ? paperNasBench201() : paper();
        };
    }

    /** Returns the settings of {@link Preset#SMOKE}. */
    public static SupernetSettings smoke() {
        return quick().shortest();
    }

    /** Returns the settings of {@link Preset#QUICK}. The precision is the fastest of this processor, as in all presets. */
    public static SupernetSettings quick() {
        return new SupernetSettings(
                DictionarySettings.of(4),
                new SupernetSchedule(Mode.ITERATIVE, 6, 2, 2, SupernetSchedule.IdleBatches.SUPERNETS, 1),
                new SupernetSampling(64, 1, false, 1, 8),
                new DescentSettings(0.1, 0.0, 0.9, true, 0.0005, 0.0, 5.0),
                Precision.fastest(),
                OnDivergence.STOP,
                new SimplexSettings(
                        256,
                        new CodeSettings(CodeSettings.Codes.LEARNED, false, CodeSettings.Draws.EVEN, 0, 0),
                        new SimplexDescent(SimplexDescent.Optimizer.SGD, 0.001, 0),
                        0.0,
                        0.3));
    }

    /** Returns the settings of {@link Preset#STANDARD}. */
    public static SupernetSettings standard() {
        return quick().withK(8)
                .withSchedule(schedule -> schedule.withEpochs(60).withWarmupEpochs(5))
                .withSampling(sampling -> sampling.withGroups(16));
    }

    /** Returns the settings of {@link Preset#PAPER}. */
    public static SupernetSettings paper() {
        return quick().withK(8)
                .withSchedule(schedule -> schedule.withEpochs(120).withWarmupEpochs(5))
                .withSampling(sampling -> sampling.withBatchSize(1024).withGroups(16))
                .withDescent(descent ->
                        descent.withLearningRate(0.12).withWeightDecay(0.00004).withGradientClip(0))
                .withSimplex(simplex -> simplex.withRegulariser(1));
    }

    private static SupernetSettings quickNasBench201() {
        return quick().withDictionary(
                        dictionary -> dictionary.withK(1).withInitialNoise(0).withCompensateGradient(true))
                .withSchedule(schedule -> schedule.withEpochs(12)
                        .withWarmupEpochs(0)
                        .withSimplexEvery(8)
                        .withSnapshots(4))
                .withSampling(sampling -> sampling.withBatchSize(32).withLargestOf(16))
                .withDescent(descent -> descent.withFinalLearningRate(0.1))
                .withSimplex(simplex -> simplex.withCoding(coding -> coding.withInitialSpread(0.4)));
    }

    private static SupernetSettings standardNasBench201() {
        return quickNasBench201()
                .withSchedule(schedule -> schedule.withEpochs(24).withSnapshots(8));
    }

    private static SupernetSettings paperNasBench201() {
        return paper().withEpochs(250)
                .withBatchSize(64)
                .withDescent(descent -> descent.withLearningRate(0.025)
                        .withFinalLearningRate(0.001)
                        .withWeightDecay(0.0005)
                        .withGradientClip(5));
    }

    private SupernetSettings shortest() {
        return withK(2).withSchedule(schedule ->
                        schedule.withSnapshots(1).withWarmupEpochs(0).withEpochs(1))
                .withSampling(sampling -> sampling.withBatchSize(512).withGroups(2));
    }

    public SupernetSettings withK(int k) {
        return withDictionary(current -> current.withK(k));
    }

    public SupernetSettings withDictionary(UnaryOperator<DictionarySettings> change) {
        DictionarySettings dictionary = change.apply(this.dictionary);
        return new SupernetSettings(dictionary, schedule, sampling, descent, precision, onDivergence, simplex);
    }

    public SupernetSettings withPrecision(Precision precision) {
        return new SupernetSettings(dictionary, schedule, sampling, descent, precision, onDivergence, simplex);
    }

    public SupernetSettings withEpochs(int epochs) {
        return withSchedule(current -> current.withEpochs(epochs));
    }

    public SupernetSettings withWarmupEpochs(int warmupEpochs) {
        return withSchedule(current -> current.withWarmupEpochs(warmupEpochs));
    }

    public SupernetSettings withBatchSize(int batchSize) {
        return withSampling(current -> current.withBatchSize(batchSize));
    }

    public SupernetSettings withSchedule(UnaryOperator<SupernetSchedule> change) {
        SupernetSchedule schedule = change.apply(this.schedule);
        return new SupernetSettings(dictionary, schedule, sampling, descent, precision, onDivergence, simplex);
    }

    public SupernetSettings withSampling(UnaryOperator<SupernetSampling> change) {
        SupernetSampling sampling = change.apply(this.sampling);
        return new SupernetSettings(dictionary, schedule, sampling, descent, precision, onDivergence, simplex);
    }

    public SupernetSettings withDescent(UnaryOperator<DescentSettings> change) {
        DescentSettings descent = change.apply(this.descent);
        return new SupernetSettings(dictionary, schedule, sampling, descent, precision, onDivergence, simplex);
    }

    public SupernetSettings withSimplex(UnaryOperator<SimplexSettings> change) {
        SimplexSettings simplex = change.apply(this.simplex);
        return new SupernetSettings(dictionary, schedule, sampling, descent, precision, onDivergence, simplex);
    }

    public int k() {
        return dictionary.k();
    }

    public int epochs() {
        return schedule.epochs();
    }

    public int simplexEvery() {
        return schedule.simplexEvery();
    }

    public int snapshots() {
        return schedule.snapshots();
    }

    public int batchSize() {
        return sampling.batchSize();
    }

    public int paths() {
        return sampling.paths();
    }

    public int largestOf() {
        return sampling.largestOf();
    }

    public int groups() {
        return sampling.groups();
    }

    double labelSmoothing() {
        return descent.labelSmoothing();
    }

    double gradientClip() {
        return descent.gradientClip();
    }

    /** The rate of the supernets. */
    LearningRate rate() {
        return new LearningRate.Cosine(descent.learningRate(), descent.finalLearningRate(), schedule.epochs());
    }

    /** The rate of the simplex-net. */
    LearningRate simplexRate() {
        return new LearningRate.Cosine(simplex.descent().learningRate(), 0, schedule.epochs());
    }

    /** Returns what a step, counted from 0, trains. */
    SupernetSchedule.Turn turn(long step, long stepsPerEpoch) {
        return schedule.turn(step, stepsPerEpoch, learnsCodes());
    }

    private boolean learnsCodes() {
        return k() > 1 && simplex.coding().areLearned();
    }

    /** Returns the factor of the outputs of the simplex-net in a step, counted from 0: from 0 for equal codes to 1. */
    double codeScale(long step, long stepsPerEpoch) {
        return simplex.coding().scale(schedule.epochsAfterWarmup(step, stepsPerEpoch));
    }

    /** Returns the simplex-net of a space at its start. */
    public SimplexNet simplexNet(SearchSpace space, Seed seed) {
        return simplex.net(space, k(), largestOf(), seed);
    }

    /** Returns the steps after which supernets score architectures, ascending; the last is the end. */
    public List<Long> snapshotSteps(long stepsPerEpoch) {
        return LongStream.rangeClosed(epochs() - snapshots() + 1L, epochs())
                .mapToObj(epoch -> epoch * stepsPerEpoch)
                .toList();
    }

    /** Returns the share of all batches that train the simplex-net alone, but for rounding. */
    public double simplexShare() {
        return learnsCodes() ? schedule.simplexShare() : 0;
    }
}
