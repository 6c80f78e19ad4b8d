package kshot.run;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import kshot.execute.Executor;
import kshot.execute.SupernetMixture;
import kshot.network.Cost;
import kshot.predict.SupernetEvaluator;
import kshot.predict.SupernetScores;
import kshot.run.progress.Progress;
import kshot.run.settings.Settings;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.RunMetadata;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.FeasibleSampler;
import kshot.search.Nsga2;
import kshot.search.RememberingEvaluator;
import kshot.search.SearchResult;
import kshot.space.Architecture;

/** Searches under the trained supernets, and finds what the winner is compared with. */
final class SearchStep {
    private SearchStep() {}

    /** An evaluator on the scoring images. */
    static SupernetEvaluator evaluator(Run run, Executor executor) {
        Settings.Data data = run.settings().data();
        return new SupernetEvaluator(
                run.supernetSpace(),
                run.space(),
                executor,
                run.images().scoringBatches(data.validationImages(), data.validationBatch()));
    }

    static boolean run(Run run) throws IOException {
        if (run.store().get(RunMetadata.PICKS).isPresent()) {
            return false;
        }
        Settings settings = run.settings();
        FeasibleSampler sampler = new FeasibleSampler(run.space(), run.limits());
        Architecture flopsPick = sampler.largest(run.seed().generator("FLOPs-only pick"));
        Architecture largest = sampler.largest(run.seed().generator("largest"), Cost::parameters);
        List<Evaluation> known = run.store().architectures().stream()
                .map(stored -> evaluation(run, stored))
                .toList();
        int total = settings.search().population() * settings.search().generations();
        try (TrainedSupernets trained = TrainedSupernets.load(run);
                SupernetEvaluator supernets = evaluator(run, trained.executor());
                Progress progress = run.listener().progress("search", total)) {
            Log log = new Log(run, trained.dictionaries(), progress, known);
            Evaluator evaluator =
                    new RememberingEvaluator(supernets.under(trained.dictionaries()), known, evaluation -> {});
            SearchResult result = new Nsga2(
                            run.space(),
                            run.limits(),
                            settings.search(),
                            run.seed().derive("search"),
                            evaluator)
                    .run(log::evaluated);
            run.store()
                    .put(
                            RunMetadata.PICKS,
                            new RunMetadata.Picks(
                                    run.space().format(result.best().architecture()),
                                    run.space().format(flopsPick),
                                    run.space().format(largest)));
        }
        return true;
    }

    static void discard(Run run) {
        run.store().forget(RunMetadata.PICKS);
        run.store().forgetArchitectures(0);
    }

    /** Evaluates what the search did not meet, as a generation after its last, so that it can be ranked. */
    static void evaluateMissing(Run run, Set<String> archs) throws IOException {
        List<Architecture> missing = archs.stream()
                .filter(arch -> run.store().architecture(arch).isEmpty())
                .map(run.space()::parse)
                .toList();
        if (!missing.isEmpty()) {
            try (TrainedSupernets trained = TrainedSupernets.load(run);
                    SupernetEvaluator supernets = evaluator(run, trained.executor());
                    Progress progress = run.listener().progress("evaluate", missing.size())) {
                Log log = new Log(run, trained.dictionaries(), progress, List.of());
                int generation = run.settings().search().generations();
                supernets
                        .under(trained.dictionaries())
                        .evaluate(missing, evaluation -> log.evaluated(generation, evaluation));
            }
        }
    }

    private static Evaluation evaluation(Run run, EvaluatedArchitecture stored) {
        Architecture architecture = run.space().parse(stored.arch());
        return SupernetScores.evaluation(
                architecture,
                stored.accuracy(),
                stored.logLikelihood(),
                Cost.of(run.space().network(architecture)));
    }

    /** Stores and shows each evaluation as soon as it is there, and may stop after each: none is lost. */
    private static final class Log {
        private final Run run;
        private final SupernetMixture last;
        private final Progress progress;
        private final Set<Evaluation> stored;
        private double best;

        Log(Run run, List<SupernetMixture> mixtures, Progress progress, List<Evaluation> stored) {
            this.run = run;
            this.last = mixtures.get(mixtures.size() - 1);
            this.progress = progress;
            this.stored = new HashSet<>(stored);
            progress.skip(stored.size());
        }

        void evaluated(int generation, Evaluation evaluation) {
            double accuracy = evaluation.score(SupernetScores.ACCURACY);
            best = Math.max(best, accuracy);
            if (stored.add(evaluation)) {
                Cost cost = evaluation.cost();
                run.store()
                        .putArchitectures(List.of(new EvaluatedArchitecture(
                                run.space().format(evaluation.architecture()),
                                generation,
                                accuracy,
                                evaluation.score(SupernetScores.LOG_LIKELIHOOD),
                                cost.flops(),
                                cost.liveFlops(),
                                cost.parameters(),
                                last.codes().apply(evaluation.architecture()),
                                Instant.now())));
                progress.update(stored.size(), String.format(Locale.ROOT, "best %.1f %%", 100 * best));
                run.stop().check();
            }
        }
    }
}
