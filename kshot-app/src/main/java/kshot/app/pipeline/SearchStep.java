package kshot.app.pipeline;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import kshot.app.config.Settings;
import kshot.app.store.EvaluatedArchitecture;
import kshot.app.store.Facts;
import kshot.app.terminal.Console;
import kshot.network.Cost;
import kshot.search.Evaluation;
import kshot.search.Evaluator;
import kshot.search.FeasibleSampler;
import kshot.search.Nsga2;
import kshot.search.SearchResult;
import kshot.space.Architecture;
import kshot.torch.SupernetEvaluator;
import kshot.torch.SupernetTrainer;

/** Searches under the trained supernets, and finds what the winner is compared with. */
final class SearchStep {
    private SearchStep() {}

    /** An evaluator on the scoring images, with the codes of the simplex-net. */
    static SupernetEvaluator evaluator(Run run, SupernetTrainer trained) {
        Settings.Data data = run.settings().data();
        return new SupernetEvaluator(
                run.supernetSpace(),
                run.space(),
                trained.supernets(),
                trained.simplexNet()::code,
                trained.executor(),
                run.images().scoringBatches(data.validationImages(), data.validationBatch()));
    }

    static void run(Run run) throws IOException {
        Settings settings = run.settings();
        run.store().forgetArchitectures(0);
        FeasibleSampler sampler =
                new FeasibleSampler(run.space(), settings.limits().limits());
        Architecture flopsPick = sampler.largest(run.seed().generator("FLOPs-only pick"));
        Architecture largest = sampler.largest(run.seed().generator("largest"), Cost::parameters);
        int total = settings.search().population() * settings.search().generations();
        try (SupernetTrainer trained = TrainStep.load(run);
                SupernetEvaluator evaluator = evaluator(run, trained);
                Console.Progress progress = run.console().progress("search", total)) {
            Evaluator shown = new ShownEvaluator(evaluator, progress);
            SearchResult result = new Nsga2(
                            run.space(),
                            settings.limits().limits(),
                            settings.search(),
                            run.seed().derive("search"),
                            shown,
                            List.of())
                    .run((generation, fresh) -> store(run, generation, fresh));
            run.store()
                    .put(
                            Facts.PICKS,
                            new Facts.Picks(
                                    run.space().format(result.best().architecture()),
                                    run.space().format(flopsPick),
                                    run.space().format(largest)));
        }
    }

    /** Evaluates what the search did not meet, as a generation after its last, so that it can be ranked. */
    static void evaluateMissing(Run run, Set<String> archs) throws IOException {
        List<Architecture> missing = archs.stream()
                .filter(arch -> run.store().architecture(arch).isEmpty())
                .map(run.space()::parse)
                .toList();
        if (!missing.isEmpty()) {
            try (SupernetTrainer trained = TrainStep.load(run);
                    SupernetEvaluator evaluator = evaluator(run, trained)) {
                store(run, run.settings().search().generations(), evaluator.evaluate(missing));
            }
        }
    }

    private static void store(Run run, int generation, List<Evaluation> evaluations) {
        run.store()
                .putArchitectures(evaluations.stream()
                        .map(e -> stored(run, generation, e))
                        .toList());
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

    /** Shows how far the search is. */
    private static final class ShownEvaluator implements Evaluator {
        private final SupernetEvaluator evaluator;
        private final Console.Progress progress;
        private long done;
        private double best;

        ShownEvaluator(SupernetEvaluator evaluator, Console.Progress progress) {
            this.evaluator = evaluator;
            this.progress = progress;
        }

        @Override
        public List<Evaluation> evaluate(List<Architecture> architectures) {
            List<Evaluation> evaluations = new ArrayList<>();
            evaluator.evaluate(architectures, evaluation -> {
                evaluations.add(evaluation);
                best = Math.max(best, evaluation.accuracy());
                progress.update(++done, String.format(Locale.ROOT, "best %.1f %%", 100 * best));
            });
            return evaluations;
        }
    }
}
