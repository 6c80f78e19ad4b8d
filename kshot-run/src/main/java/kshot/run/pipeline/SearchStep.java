package kshot.run.pipeline;

import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import kshot.network.Cost;
import kshot.predict.SupernetScores;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.evaluate.Evaluations;
import kshot.run.evaluate.Finalists;
import kshot.run.progress.Progress;
import kshot.run.settings.Settings;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.search.Evaluation;
import kshot.search.FeasibleSampler;
import kshot.search.Nsga2;
import kshot.search.SearchResult;
import kshot.space.Architecture;

/** The step that searches under the trained supernets, and finds what the winner is compared with. */
final class SearchStep implements Step {
    private final Run run;
    private final RunContext context;
    private final RunStore store;

    SearchStep(Run run) {
        this.run = run;
        this.context = run.context();
        this.store = run.store();
    }

    @Override
    public boolean work() throws IOException {
        if (store.get(RunMetadata.PICKS).isPresent()) {
            return false;
        }
        Settings settings = context.settings();
        FeasibleSampler sampler = new FeasibleSampler(context.space(), context.limits());
        Architecture flopsPick = sampler.largest(context.seed().generator("FLOPs-only pick"));
        Architecture largest = sampler.largest(context.seed().generator("largest"), Cost::parameters);
        int total = settings.search().population() * settings.search().generations();
        try (Evaluations evaluations = Evaluations.open(run);
                Progress progress = run.listener().progress("search", total)) {
            Log log = new Log(evaluations, progress, logged());
            SearchResult result = new Nsga2(
                            context.space(),
                            context.limits(),
                            settings.search(),
                            context.seed().derive("search"),
                            evaluations.silentEvaluator())
                    .run(log::add);
            List<String> candidates = new Finalists(run)
                    .candidates(result).stream()
                            .map(Evaluation::architecture)
                            .map(context.space()::format)
                            .toList();
            if (candidates.size() > 1) {
                store.put(RunMetadata.FINALISTS, RunMetadata.Finalists.open(candidates));
            }
            store.put(
                    RunMetadata.PICKS,
                    new RunMetadata.Picks(
                            context.space().format(result.best().architecture()),
                            context.space().format(flopsPick),
                            context.space().format(largest)));
        }
        return true;
    }

    private Set<Architecture> logged() {
        return store.architectures().stream()
                .map(a -> context.space().parse(a.arch()))
                .collect(Collectors.toSet());
    }

    @Override
    public void discard() {
        store.forget(RunMetadata.PICKS);
        store.forget(RunMetadata.FINALISTS);
        store.forgetArchitectures(0);
    }

    /** Evaluates what the search did not meet, as a generation after its last, so that it can be ranked. */
    void evaluateMissing(Collection<Architecture> architectures) throws IOException {
        List<Architecture> missing = architectures.stream()
                .filter(a -> store.architecture(context.space().format(a)).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            try (Evaluations evaluations = Evaluations.open(run);
                    Progress progress = run.listener().progress("evaluate", missing.size())) {
                Log log = new Log(evaluations, progress, Set.of());
                int generation = context.settings().search().generations();
                evaluations.silentEvaluator().evaluate(missing, evaluation -> log.add(generation, evaluation));
            }
        }
    }

    /** Stores and shows what the search has met, and may stop after each evaluation. */
    private final class Log {
        private final Evaluations evaluations;
        private final Progress progress;
        private final Set<Architecture> logged;
        private final String deciding;
        private double best = Double.NEGATIVE_INFINITY;

        Log(Evaluations evaluations, Progress progress, Set<Architecture> logged) {
            this.evaluations = evaluations;
            this.progress = progress;
            this.logged = new HashSet<>(logged);
            this.deciding = context.settings().search().decidingScore();
            progress.skip(logged.size());
        }

        void add(int generation, Evaluation evaluation) {
            double accuracy = evaluation.scores().getOrNaN(SupernetScores.ACCURACY);
            boolean asked = !Double.isNaN(accuracy);
            best = Math.max(best, asked ? 100 * accuracy : evaluation.score(deciding));
            if (logged.add(evaluation.architecture())) {
                Cost cost = evaluation.cost();
                store.putArchitectures(List.of(new EvaluatedArchitecture(
                        context.space().format(evaluation.architecture()),
                        generation,
                        accuracy,
                        evaluation.scores().getOrNaN(SupernetScores.LOG_LIKELIHOOD),
                        cost.flops(),
                        cost.liveFlops(),
                        cost.parameters(),
                        evaluations.code(evaluation.architecture()),
                        Instant.now(),
                        evaluation.score(deciding))));
                progress.update(
                        logged.size(), String.format(Locale.ROOT, asked ? "best %.1f %%" : "best score %.3f", best));
                run.listener().stop().check();
            }
        }
    }
}
