package kshot.run.report;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kshot.predict.SupernetScores;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.run.store.TrainingPoint;
import kshot.search.Scores;

/** A view of a run: all that a report shows of its store, read once, so that all parts show one state of a run that goes on. */
record RunView(
        Path directory,
        Map<String, List<TrainingPoint>> trainings,
        List<EvaluatedArchitecture> evaluated,
        List<Retrained> retrained,
        Map<String, Object> settings,
        Optional<RunMetadata.Search> search,
        Optional<RunMetadata.Data> data,
        Optional<RunMetadata.Picks> picks,
        Optional<FinalistsTable> finalists,
        Optional<RunMetadata.Ranking> ranking,
        List<RunMetadata.FittedYardstick> yardsticks,
        Optional<RunMetadata.Test> test,
        Optional<RunMetadata.Model> model,
        Optional<RunMetadata.Latency> latency,
        Map<String, Double> stageSeconds,
        Map<String, String> versions,
        Map<String, String> machine) {

    static RunView of(RunStore store) {
        Map<String, List<TrainingPoint>> trainings = new LinkedHashMap<>();
        store.stages().forEach(stage -> trainings.put(stage, store.training(stage)));
        return new RunView(
                store.directory(),
                trainings,
                store.architectures(),
                store.retrained(),
                store.get(RunMetadata.SETTINGS).orElse(Map.of()),
                store.get(RunMetadata.SEARCH),
                store.get(RunMetadata.DATA),
                store.get(RunMetadata.PICKS),
                store.get(RunMetadata.FINALISTS).map(of -> finalists(store, of)),
                store.get(RunMetadata.RANKING),
                store.get(RunMetadata.YARDSTICKS).orElse(List.of()),
                store.get(RunMetadata.TEST),
                store.get(RunMetadata.MODEL),
                store.get(RunMetadata.LATENCY),
                store.get(RunMetadata.STAGE_SECONDS).orElse(Map.of()),
                store.get(RunMetadata.VERSIONS).orElse(Map.of()),
                store.get(RunMetadata.MACHINE).orElse(Map.of()));
    }

    private static FinalistsTable finalists(RunStore store, RunMetadata.Finalists finalists) {
        return new FinalistsTable(
                finalists,
                finalists.rungs().stream()
                        .map(rung -> store.standalone(rung.setup()))
                        .toList());
    }

    Optional<Retrained> winner() {
        return retrained.stream().filter(r -> r.is(Retrained.Kind.WINNER)).findFirst();
    }

    Optional<EvaluatedArchitecture> evaluated(String arch) {
        return evaluated.stream().filter(e -> e.arch().equals(arch)).findFirst();
    }

    List<TrainingPoint> training(String stage) {
        return trainings.getOrDefault(stage, List.of());
    }

    /** Time of all stages. */
    double seconds() {
        return stageSeconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Number of test images; 0 where it is not known. */
    int testImages() {
        return data.map(RunMetadata.Data::testImages).orElse(0);
    }

    /** Returns the score of an architecture that the search maximised. */
    double score(EvaluatedArchitecture architecture) {
        return switch (scoreName()) {
            case SupernetScores.ACCURACY -> architecture.accuracy();
            case SupernetScores.LOG_LIKELIHOOD -> architecture.logLikelihood();
            default -> architecture.score();
        };
    }

    private String scoreName() {
        return search.map(RunMetadata.Search::score).orElse(SupernetScores.ACCURACY);
    }

    /** Returns in words what the search maximised. */
    String scoreLabel() {
        return switch (scoreName()) {
            case SupernetScores.ACCURACY -> "validation accuracy";
            case SupernetScores.LOG_LIKELIHOOD -> "validation log-likelihood";
            case Scores.AGGREGATE -> "sum of log-ranks";
            default -> scoreName();
        };
    }

    boolean byAccuracy() {
        return scoreName().equals(SupernetScores.ACCURACY);
    }

    /** Whether there are codes to show: K = 1 has only one. */
    boolean hasCodes() {
        return !evaluated.isEmpty() && evaluated.get(0).code().size() > 1;
    }

    /** Returns the roles of a retrained network, as people say them. */
    String role(Retrained network) {
        return new Roles(retrained).of(network);
    }

    Verdict verdict() {
        return Verdict.of(picks.orElse(null), retrained, testImages(), ranking.orElse(null));
    }
}
