package kshot.run;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import kshot.network.Cost;
import kshot.predict.SupernetScores;
import kshot.run.progress.Progress;
import kshot.run.settings.Settings;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.RunMetadata;
import kshot.search.Evaluation;
import kshot.search.FeasibleSampler;
import kshot.search.Nsga2;
import kshot.search.SearchResult;
import kshot.space.Architecture;

/** Searches under the trained supernets, and finds what the winner is compared with. */
final class SearchStep {
    private SearchStep() {}

    static boolean run(Run run) throws IOException {
        if (run.store().get(RunMetadata.PICKS).isPresent()) {
            return false;
        }
        Settings settings = run.settings();
        FeasibleSampler sampler = new FeasibleSampler(run.space(), run.limits());
        Architecture flopsPick = sampler.largest(run.seed().generator("FLOPs-only pick"));
        Architecture largest = sampler.largest(run.seed().generator("largest"), Cost::parameters);
        List<Evaluation> logged = run.store().architectures().stream()
                .map(a -> Evaluations.evaluation(run, a.arch(), a.accuracy(), a.logLikelihood()))
                .toList();
        int total = settings.search().population() * settings.search().generations();
        try (Evaluations evaluations = Evaluations.open(run);
                Progress progress = run.listener().progress("search", total)) {
            Log log = new Log(run, evaluations, progress, logged);
            SearchResult result = new Nsga2(
                            run.space(),
                            run.limits(),
                            settings.search(),
                            run.seed().derive("search"),
                            evaluations.silentEvaluator())
                    .run(log::add);
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
            try (Evaluations evaluations = Evaluations.open(run);
                    Progress progress = run.listener().progress("evaluate", missing.size())) {
                Log log = new Log(run, evaluations, progress, List.of());
                int generation = run.settings().search().generations();
                evaluations.silentEvaluator().evaluate(missing, evaluation -> log.add(generation, evaluation));
            }
        }
    }

    /** Stores and shows what the search has met, and may stop after each evaluation. */
    private static final class Log {
        private final Run run;
        private final Evaluations evaluations;
        private final Progress progress;
        private final Set<Evaluation> logged;
        private double best;

        Log(Run run, Evaluations evaluations, Progress progress, List<Evaluation> logged) {
            this.run = run;
            this.evaluations = evaluations;
            this.progress = progress;
            this.logged = new HashSet<>(logged);
            progress.skip(logged.size());
        }

        void add(int generation, Evaluation evaluation) {
            double accuracy = evaluation.score(SupernetScores.ACCURACY);
            best = Math.max(best, accuracy);
            if (logged.add(evaluation)) {
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
                                evaluations.code(evaluation.architecture()),
                                Instant.now())));
                progress.update(logged.size(), String.format(Locale.ROOT, "best %.1f %%", 100 * best));
                run.stop().check();
            }
        }
    }
}
