package kshot.run.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import kshot.common.Seed;
import kshot.execute.WeightLayout;
import kshot.network.Network;
import kshot.predict.SupernetEvaluator;
import kshot.run.RunContext;
import kshot.run.evaluate.Evaluations;
import kshot.run.evaluate.Finalists;
import kshot.run.evaluate.StandaloneRecipe;
import kshot.run.evaluate.TrainedSupernets;
import kshot.run.progress.ElapsedTime;
import kshot.run.progress.RunListener;
import kshot.run.settings.FinalistSettings;
import kshot.run.settings.Predictors;
import kshot.run.settings.Settings;
import kshot.run.store.StandaloneSetup;
import kshot.search.Evaluator;
import kshot.search.FeasibleSampler;
import kshot.search.SearchSettings;
import kshot.space.Architecture;
import kshot.tensor.LibTorch;
import kshot.tensor.ParallelPasses;
import kshot.train.Retrainer;
import kshot.train.SupernetSettings;
import kshot.train.SupernetTrainer;
import kshot.train.Training;
import kshot.train.TrainingStep.Stage;
import kshot.weights.SupernetMixture;

/**
 * The forecast of what a run will take, measured on its first steps, with weights that are thrown away. Everything is done twice, and timed
 * the second time: the first loads code and compiles kernels for the shapes that it meets, which a whole run does but once.
 *
 * @param train seconds of training supernets and simplex-net
 * @param search seconds of the search
 * @param finalists seconds of the trainings of all finalists
 * @param retrain seconds of all retrainings
 * @param memory highest resident memory of the process so far, in bytes; 0 where the system does not say
 * @param supernets memory of K supernets and their momenta, in bytes, which is on the device; 0 where none are trained
 * @param card most memory of a graphics card so far, these included, in bytes; 0 where none is used
 */
public record Forecast(
        double train, double search, double finalists, double retrain, long memory, long supernets, long card) {
    /** Share of the steps of a training that is tried: one of so many. */
    private static final int STEPS_SHARE = 50;

    /** Time after which the first trial of a training begins no further step. */
    private static final double TRIAL_SECONDS = 3;

    /** Supernets of fewer bytes are not worth a word. */
    private static final long SHOWN_BYTES = 10_000_000;

    static Forecast of(RunContext context) {
        boolean supernets = Predictors.needSupernets(context.settings().search().score());
        return new Forecast(
                supernets ? training(context) : 0,
                search(context),
                finalists(context),
                retraining(context),
                Memory.peakResident(),
                supernets ? supernetBytes(context) : 0,
                context.device().peakBytes());
    }

    /** Returns the seconds that the training of the supernets will take, measured on its first steps of both kinds. */
    public static double training(RunContext context) {
        SupernetSettings settings = context.settings().supernet();
        int both = 2 * settings.simplexEvery();
        Trial trial = Trial.of(() -> TrainStep.trainer(context, settings.withWarmupEpochs(0)), both);
        double ofSimplex = settings.simplexShare();
        return trial.steps
                * ((1 - ofSimplex) * trial.seconds(Stage.SUPERNET) + ofSimplex * trial.seconds(Stage.SIMPLEX));
    }

    /**
     * Returns the highest resident memory of this process, in bytes, while some trainings of the supernets are under way at
     * once, in turn, with weights that are thrown away; 0 where the system does not say.
     */
    public static long trainingMemory(RunContext context, int trainings) {
        SupernetSettings settings = context.settings().supernet();
        List<Training> all = new ArrayList<>();
        Memory.resetPeak();
        try {
            for (int i = 0; i < trainings; i++) {
                all.add(TrainStep.trainer(context, settings.withWarmupEpochs(0)));
            }
            for (int step = 1; step <= 2 * settings.simplexEvery(); step++) {
                for (Training training : all) {
                    training.train(step, done -> {});
                }
            }
            return Memory.peakResident();
        } finally {
            all.forEach(Training::close);
        }
    }

    /** Returns the bytes of the weights and of the momenta of K supernets, each a number of four bytes. */
    static long supernetBytes(RunContext context) {
        long weights = WeightLayout.of(context.supernetSpace().slots()).size();
        return 2L * Float.BYTES * context.settings().supernet().k() * weights;
    }

    private static double search(RunContext context) {
        SearchSettings search = context.settings().search();
        List<Architecture> architectures = samples(context, "search", 2 * LibTorch.threads());
        int reference =
                search.score().size() > 1 ? context.settings().predictors().reference() : 0;
        double each = Evaluations.secondsUntrained(context, architectures)
                + (Predictors.needSupernets(search.score()) ? secondsUnderSupernets(context, architectures) : 0);
        return each * (search.population() * search.generations() + reference);
    }

    private static double secondsUnderSupernets(RunContext context, List<Architecture> architectures) {
        try (SupernetTrainer trainer =
                        TrainStep.trainer(context, context.settings().supernet());
                SupernetEvaluator supernets = TrainedSupernets.evaluator(context, trainer.executor())) {
            List<SupernetMixture> dictionaries =
                    Collections.nCopies(context.settings().supernet().snapshots(), trainer.mixture());
            Evaluator evaluator = supernets.under(dictionaries);
            evaluator.evaluate(architectures);
            long start = System.nanoTime();
            evaluator.evaluate(architectures);
            return (System.nanoTime() - start) / 1e9 / architectures.size();
        }
    }

    /** The time of an epoch does not depend on how many there are: it is measured in the first rung. */
    private static double finalists(RunContext context) {
        FinalistSettings settings = context.settings().finalists();
        if (!settings.areWanted()) {
            return 0;
        }
        double ofFirst =
                standalone(context, Finalists.setup(context, settings.epochs()), settings.count(), LibTorch.threads());
        return settings.schedule(settings.count()).stream()
                .mapToDouble(rung ->
                        ofFirst * rung.count() * rung.budget() / ((double) settings.count() * settings.epochs()))
                .sum();
    }

    /** Returns the seconds that trainings of architectures alone will take, so many at once, measured on first steps. */
    public static double standalone(RunContext context, StandaloneSetup setup, int trainings, int atOnce) {
        StandaloneRecipe recipe = StandaloneRecipe.of(context, setup, RunListener.NONE);
        Architecture architecture = samples(context, "standalone", 1).get(0);
        return sideBySide(trainings, atOnce, () -> recipe.trainer(architecture));
    }

    private static double retraining(RunContext context) {
        Settings settings = context.settings();
        int trainings = (Comparison.size(settings.compare()) + settings.models() - 1) * settings.repeats();
        Network network = context.space().network(samples(context, "retrain", 1).get(0));
        if (trainings == 1) {
            return alone(() -> Retraining.retrainer(context, network, 1));
        }
        return sideBySide(trainings, LibTorch.threads(), () -> Retraining.retrainer(context, network, 1));
    }

    /** Returns the seconds of so many trainings, one thread each. */
    private static double sideBySide(int trainings, int most, Supplier<Retrainer> training) {
        int atOnce = Math.min(trainings, most);
        try (ParallelPasses streams = new ParallelPasses(atOnce)) {
            List<Double> seconds = streams.run(new int[atOnce], i -> alone(training));
            return Collections.max(seconds) * trainings / atOnce;
        }
    }

    private static double alone(Supplier<Retrainer> training) {
        Trial trial = Trial.of(training, 2);
        return trial.steps * trial.seconds(Stage.RETRAIN);
    }

    /**
     * The first steps of a training.
     *
     * @param steps of the whole training
     * @param seconds of each tried step, by what it trained
     */
    private record Trial(long steps, Map<Stage, List<Double>> seconds) {
        /**
         * Tries a training.
         *
         * @param training makes equal ones at their start
         * @param least steps to try
         */
        static Trial of(Supplier<? extends Training> training, long least) {
            long tried;
            try (Training first = training.get()) {
                long most = Math.max(least, first.steps() / STEPS_SHARE);
                long end = System.nanoTime() + Math.round(TRIAL_SECONDS * 1e9);
                first.train(
                        () -> first.step() >= most || (first.step() >= least && System.nanoTime() > end), step -> {});
                tried = first.step();
            }
            try (Training second = training.get()) {
                Map<Stage, List<Double>> seconds = new EnumMap<>(Stage.class);
                long[] last = {System.nanoTime()};
                second.train(tried, step -> {
                    long now = System.nanoTime();
                    seconds.computeIfAbsent(step.stage(), stage -> new ArrayList<>())
                            .add((now - last[0]) / 1e9);
                    last[0] = now;
                });
                return new Trial(second.steps(), seconds);
            }
        }

        /** Mean of a stage's steps; 0 if it has none. */
        double seconds(Stage stage) {
            return seconds.getOrDefault(stage, List.of()).stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0);
        }
    }

    private static List<Architecture> samples(RunContext context, String purpose, int count) {
        FeasibleSampler sampler = new FeasibleSampler(context.space(), context.limits());
        RandomGenerator random = new Seed(0).generator("forecast " + purpose);
        List<Architecture> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(sampler.sample(random));
        }
        return samples;
    }

    void show(RunListener listener) {
        listener.say(String.format(
                        Locale.ROOT,
                        "forecast: supernets %s, search %s, %sretraining %s: about %s in all%s",
                        ElapsedTime.format(train),
                        ElapsedTime.format(search),
                        finalists > 0 ? "finalists " + ElapsedTime.format(finalists) + ", " : "",
                        ElapsedTime.format(retrain),
                        ElapsedTime.format(train + search + finalists + retrain),
                        memory > 0 ? String.format(Locale.ROOT, ", %.1f GB of memory", memory / 1e9) : "")
                + (card > 0 ? String.format(Locale.ROOT, ", %.1f GB of the graphics card's", card / 1e9) : "")
                + (supernets >= SHOWN_BYTES
                        ? String.format(Locale.ROOT, ", of it %.2f GB for supernets", supernets / 1e9)
                        : ""));
    }
}
