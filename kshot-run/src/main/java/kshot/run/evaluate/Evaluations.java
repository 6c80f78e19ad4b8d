package kshot.run.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import kshot.execute.Executor;
import kshot.predict.JacobianCovariance;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.progress.RunListener;
import kshot.run.settings.Predictors;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.search.CanonicalEvaluator;
import kshot.search.CostEvaluator;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.JointEvaluator;
import kshot.search.model.Aggregate;
import kshot.search.model.AggregateEvaluator;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates architectures by the predictors of a run: its trained supernets, untrained networks, costs. Everything that asks for
 * scores of a run asks here: the search, {@code evaluate}, {@code rank} and the studies. Of several predictors the
 * {@linkplain Aggregate aggregate} is a score of its own, against a reference population that is drawn by the seed of the run from
 * the whole space.
 *
 * <p>Each score that takes time goes into the run store as soon as it is there; what stands there is not computed again, so a job
 * that was killed goes on. Where {@code search.merge_equivalent} says so, architectures that the space calls equivalent have the
 * scores of their representative, but for their costs.
 */
public final class Evaluations implements AutoCloseable {
    private final Run run;
    private final List<String> predictors;
    private final CostEvaluator costs;
    private final @Nullable SupernetEvaluations supernets;
    private final @Nullable UntrainedEvaluations untrained;
    private final Map<Codes, Aggregate> aggregates = new EnumMap<>(Codes.class);

    private Evaluations(
            Run run,
            List<String> predictors,
            @Nullable SupernetEvaluations supernets,
            @Nullable UntrainedEvaluations untrained) {
        this.run = run;
        this.predictors = predictors;
        this.costs = new CostEvaluator(run.context().space());
        this.supernets = supernets;
        this.untrained = untrained;
    }

    /**
     * Loads what the search of a run asks.
     *
     * @throws kshot.common.InvalidInputException if supernets are among it that have not been trained
     */
    public static Evaluations open(Run run) throws IOException {
        return open(run, run.context().settings().search().score());
    }

    /**
     * Loads what some predictors ask.
     *
     * @param predictors some of {@link Predictors#NAMES}
     * @throws kshot.common.InvalidInputException if supernets are among it that have not been trained
     */
    public static Evaluations open(Run run, List<String> predictors) throws IOException {
        SupernetEvaluations supernets = Predictors.needSupernets(predictors) ? new SupernetEvaluations(run) : null;
        try {
            UntrainedEvaluations untrained =
                    predictors.contains(JacobianCovariance.NAME) ? new UntrainedEvaluations(run) : null;
            return new Evaluations(run, predictors, supernets, untrained);
        } catch (RuntimeException e) {
            if (supernets != null) {
                supernets.close();
            }
            throw e;
        }
    }

    /**
     * Returns the seconds that an architecture takes by the predictors of a run that need no training, measured on some
     * architectures, the second time.
     */
    public static double secondsUntrained(RunContext context, List<Architecture> architectures) {
        if (!context.settings().search().score().contains(JacobianCovariance.NAME)) {
            return 0;
        }
        try (Executor executor = UntrainedEvaluations.executor(context);
                JacobianCovariance jacov = UntrainedEvaluations.jacov(context, executor, RunListener.NONE)) {
            jacov.evaluate(architectures);
            long start = System.nanoTime();
            jacov.evaluate(architectures);
            return (System.nanoTime() - start) / 1e9 / architectures.size();
        }
    }

    /**
     * Counts of a call of {@link #each}.
     *
     * @param distinct number of networks that stand for the architectures asked for
     * @param fresh number of scores of those that had not been computed before; of several snapshots of supernets one for each
     */
    public record Tally(int distinct, int fresh) {}

    /**
     * Calls back with the evaluation of each architecture, in order, as soon as it is known, and shows the progress.
     *
     * @param codes which codes mix the supernets
     */
    public Tally each(List<Architecture> architectures, Codes codes, Consumer<Evaluation> consumer) {
        AtomicInteger fresh = new AtomicInteger();
        evaluator(codes, predictors, run.listener(), fresh::incrementAndGet).evaluate(architectures, consumer);
        long distinct = architectures.stream().map(this::scored).distinct().count();
        return new Tally((int) distinct, fresh.get());
    }

    /** Returns an evaluator for searches, with learned codes; shows its progress. What has no vote is not computed. */
    public Evaluator evaluator() {
        return evaluator(Codes.LEARNED, voters(), run.listener(), () -> {});
    }

    /** Returns an evaluator as {@link #evaluator} that shows nothing but how far the reference population is. */
    public Evaluator silentEvaluator() {
        return evaluator(Codes.LEARNED, voters(), RunListener.NONE, () -> {});
    }

    private Collection<String> voters() {
        return predictors.size() == 1 ? predictors : aggregate().voters();
    }

    /**
     * Returns the learned code λ under which an architecture is evaluated; of several snapshots that of the last. Where no supernets
     * are asked, it is uniform.
     */
    public SimplexCode code(Architecture architecture) {
        return supernets == null
                ? SimplexCode.uniform(run.context().settings().supernet().k())
                : supernets.code(scored(architecture));
    }

    /**
     * Returns how far the training of the supernets has moved the merged weights of an architecture; see
     * {@link kshot.train.SupernetWeights#reach}.
     *
     * @throws IllegalStateException if no supernets are asked
     */
    public double reach(Architecture architecture) {
        if (supernets == null) {
            throw new IllegalStateException("no supernets are asked");
        }
        return supernets.reach(scored(architecture));
    }

    /** Returns the architecture whose scores an architecture has: its representative, or itself. */
    public Architecture scored(Architecture architecture) {
        return run.context().settings().search().mergeEquivalent()
                ? run.context().space().canonical(architecture)
                : architecture;
    }

    /** Returns an evaluator that gives equivalent architectures one score where the settings of a run say so. */
    static Evaluator merging(Run run, Evaluator evaluator) {
        return run.context().settings().search().mergeEquivalent()
                ? new CanonicalEvaluator(run.context().space(), evaluator)
                : evaluator;
    }

    /**
     * Returns an evaluator by some predictors, and by the aggregate of all.
     *
     * @param some predictors; at least those that have a vote
     * @param fresh called after each score that was not known
     */
    private Evaluator evaluator(Codes codes, Collection<String> some, RunListener listener, Runnable fresh) {
        Evaluator each = byEach(codes, some, listener, fresh);
        return predictors.size() == 1 ? each : new AggregateEvaluator(each, aggregate(codes, fresh));
    }

    /** Returns an evaluator with the score of each of some predictors; those of costs and supernets are always there. */
    private Evaluator byEach(Codes codes, Collection<String> some, RunListener listener, Runnable fresh) {
        List<Evaluator> each = new ArrayList<>();
        each.add(costs);
        if (untrained != null && some.contains(JacobianCovariance.NAME)) {
            each.add(merging(run, untrained.evaluator(listener, fresh)));
        }
        if (supernets != null) {
            each.add(merging(run, supernets.evaluator(codes, listener, fresh)));
        }
        return new JointEvaluator(each);
    }

    /**
     * Returns the aggregate of several predictors, with learned codes.
     *
     * @throws IllegalStateException if there is one predictor
     */
    Aggregate aggregate() {
        if (predictors.size() == 1) {
            throw new IllegalStateException("one predictor has no aggregate");
        }
        return aggregate(Codes.LEARNED, () -> {});
    }

    private Aggregate aggregate(Codes codes, Runnable fresh) {
        return aggregates.computeIfAbsent(codes, of -> {
            Map<String, String> kinds = new LinkedHashMap<>();
            SearchSpace space = run.context().space();
            predictors.forEach(predictor -> kinds.put(predictor, Predictors.kind(predictor, space)));
            return Aggregate.of(
                    space, kinds, byEach(of, predictors, run.listener(), fresh).evaluate(reference()));
        });
    }

    private List<Architecture> reference() {
        SearchSpace space = run.context().space();
        RandomGenerator random = run.context().seed().generator("reference population");
        return Stream.generate(() -> space.sample(random))
                .limit(run.context().settings().predictors().reference())
                .toList();
    }

    @Override
    public void close() {
        if (supernets != null) {
            supernets.close();
        }
        if (untrained != null) {
            untrained.close();
        }
    }
}
