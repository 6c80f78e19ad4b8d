package kshot.run;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import kshot.execute.Executor;
import kshot.execute.SupernetMixture;
import kshot.network.Cost;
import kshot.predict.SupernetEvaluator;
import kshot.run.progress.Progress;
import kshot.run.settings.Settings;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.RunMetadata;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.FeasibleSampler;
import kshot.search.Nsga2;
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
                SupernetEvaluator evaluator = evaluator(run, trained.executor());
                Progress progress = run.listener().progress("search", total)) {
            progress.skip(known.size());
            StoringEvaluator storing = new StoringEvaluator(run, evaluator, trained.dictionaries(), 0, progress, known);
            SearchResult result = new Nsga2(
                            run.space(),
                            run.limits(),
                            settings.search(),
                            run.seed().derive("search"),
                            storing,
                            known)
                    .run((generation, fresh) -> storing.generation = generation + 1);
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
                    SupernetEvaluator evaluator = evaluator(run, trained.executor());
                    Progress progress = run.listener().progress("evaluate", missing.size())) {
                int generation = run.settings().search().generations();
                new StoringEvaluator(run, evaluator, trained.dictionaries(), generation, progress, List.of())
                        .evaluate(missing);
            }
        }
    }

    private static EvaluatedArchitecture stored(Run run, int generation, Evaluation e) {
        return new EvaluatedArchitecture(
                run.space().format(e.architecture()),
                generation,
                e.accuracy(),
                e.logLikelihood(),
                e.cost().flops(),
                e.cost().liveFlops(),
                e.cost().parameters(),
                e.code(),
                Instant.now());
    }

    private static Evaluation evaluation(Run run, EvaluatedArchitecture stored) {
        Architecture architecture = run.space().parse(stored.arch());
        return new Evaluation(
                architecture,
                stored.accuracy(),
                stored.logLikelihood(),
                Cost.of(run.space().network(architecture)),
                stored.code());
    }

    /** Stores and shows each evaluation as soon as it is there, and may stop after each: none is lost. */
    private static final class StoringEvaluator implements Evaluator {
        private final Run run;
        private final SupernetEvaluator evaluator;
        private final List<SupernetMixture> dictionaries;
        private final Progress progress;
        private int generation;
        private long done;
        private double best;

        StoringEvaluator(
                Run run,
                SupernetEvaluator evaluator,
                List<SupernetMixture> dictionaries,
                int generation,
                Progress progress,
                List<Evaluation> known) {
            this.run = run;
            this.evaluator = evaluator;
            this.dictionaries = dictionaries;
            this.generation = generation;
            this.progress = progress;
            this.done = known.size();
            this.best = known.stream().mapToDouble(Evaluation::accuracy).max().orElse(0);
        }

        @Override
        public List<Evaluation> evaluate(List<Architecture> architectures) {
            List<Evaluation> evaluations = new ArrayList<>();
            evaluator.evaluateEach(architectures, dictionaries, evaluation -> {
                run.store().putArchitectures(List.of(stored(run, generation, evaluation)));
                evaluations.add(evaluation);
                best = Math.max(best, evaluation.accuracy());
                progress.update(++done, String.format(Locale.ROOT, "best %.1f %%", 100 * best));
                run.stop().check();
            });
            return evaluations;
        }
    }
}
