package kshot.app.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import kshot.app.config.Settings;
import kshot.app.terminal.Console;
import kshot.common.Seed;
import kshot.data.ImageSet;
import kshot.network.Network;
import kshot.search.FeasibleSampler;
import kshot.space.Architecture;
import kshot.torch.Retrainer;
import kshot.torch.SupernetEvaluator;
import kshot.torch.SupernetTrainer;

/**
 * What a run will take, measured on its first batches: a few steps of each kind on weights that are thrown away.
 *
 * @param train seconds of training supernets and simplex-net
 * @param search seconds of the search
 * @param retrain seconds of all retrainings
 * @param memory highest resident memory of the process so far, in bytes; 0 where the system does not say
 */
record Forecast(double train, double search, double retrain, long memory) {
    /** The training of the supernets is tried for 2 % of it, but no longer than some seconds. */
    private static final int TRIALS_SHARE = 50;

    private static final double TRIALS_SECONDS = 6;

    /** First steps of a retraining, which are not counted. */
    private static final int WARM_UP = 2;

    private static final int STEPS = 4;
    private static final int ARCHITECTURES = 2;

    static Forecast of(Run run) {
        try (SupernetTrainer trainer = TrainStep.trainer(run)) {
            double train = training(run, trainer);
            double search = search(run, trainer);
            double retrain = retraining(run);
            return new Forecast(train, search, retrain, Memory.peakResident());
        }
    }

    /** Steps of both kinds, in the shares that the whole training has of them. */
    private static double training(Run run, SupernetTrainer trainer) {
        Settings settings = run.settings();
        SupernetTrainer.StepSeconds seconds = trainer.time(Math.max(2, trainer.steps() / TRIALS_SHARE), TRIALS_SECONDS);
        double ofSimplex = settings.supernet().k() == 1
                ? 0
                : (1.0
                                - (double) settings.supernet().warmupEpochs()
                                        / settings.supernet().epochs())
                        / settings.supernet().simplexEvery();
        return trainer.steps() * ((1 - ofSimplex) * seconds.supernets() + ofSimplex * seconds.simplexNet());
    }

    private static double search(Run run, SupernetTrainer trainer) {
        List<Architecture> architectures = samples(run, "search");
        int all = run.settings().search().population() * run.settings().search().generations();
        try (SupernetEvaluator evaluator = SearchStep.evaluator(run, trainer)) {
            evaluator.evaluate(architectures.subList(0, 1));
            long start = System.nanoTime();
            evaluator.evaluate(architectures);
            return all * (System.nanoTime() - start) / 1e9 / architectures.size();
        }
    }

    private static double retraining(Run run) {
        Settings settings = run.settings();
        double seconds = 0;
        List<Architecture> architectures = samples(run, "retrain");
        List<ImageSet> sets = run.images().retraining(settings.retrain().validationFraction());
        for (Architecture architecture : architectures) {
            Network network = run.space().network(architecture);
            try (Retrainer retrainer = new Retrainer(
                    network,
                    settings.retrain(),
                    run.images().retrainBatches(sets.get(0), settings.retrain().batchSize(), run.seed()),
                    null,
                    run.seed())) {
                retrainer.train(WARM_UP, step -> {});
                long start = System.nanoTime();
                long end = Math.min(WARM_UP + STEPS, retrainer.steps());
                retrainer.train(end, step -> {});
                long steps = Math.max(1, end - WARM_UP);
                seconds += retrainer.steps() * (System.nanoTime() - start) / 1e9 / steps;
            }
        }
        int trainings = switch (settings.compare()) {
            case NOTHING -> 1;
            case FLOPS_PICK -> 2;
            case ALL -> 3 + Comparison.RANDOM_PICKS;
        };
        return trainings * seconds / architectures.size();
    }

    private static List<Architecture> samples(Run run, String purpose) {
        FeasibleSampler sampler =
                new FeasibleSampler(run.space(), run.settings().limits().limits());
        RandomGenerator random = new Seed(0).generator("forecast " + purpose);
        List<Architecture> samples = new ArrayList<>();
        for (int i = 0; i < ARCHITECTURES; i++) {
            samples.add(sampler.sample(random));
        }
        return samples;
    }

    void show(Console console) {
        console.say(String.format(
                Locale.ROOT,
                "forecast: supernets %s, search %s, retraining %s: about %s in all%s",
                Console.time(train),
                Console.time(search),
                Console.time(retrain),
                Console.time(train + search + retrain),
                memory > 0 ? String.format(Locale.ROOT, ", %.1f GB of memory", memory / 1e9) : ""));
    }
}
