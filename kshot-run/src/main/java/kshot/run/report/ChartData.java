package kshot.run.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kshot.run.report.page.Json;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import kshot.run.store.TrainingPoint;
import kshot.simplex.SimplexCode;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the page's charts draw; the names are those that report.js reads.
 *
 * @param supernets the trainings of supernets and simplex-net
 * @param retraining the winner's training from scratch, empty before it
 * @param compared the trainings of the winner and what it is compared with, empty without any
 * @param search the evaluated architectures, null before the search
 * @param codes the distribution of their codes, null before the search and for one supernet
 */
record ChartData(
        List<Curve> supernets,
        List<Curve> retraining,
        List<Curve> compared,
        @Nullable Search search,
        @Nullable CodeDistribution codes) {

    /** More points than this are neither told apart by an eye nor drawn smoothly. */
    static final int MAX_ARCHITECTURES = 6000;

    /**
     * The evaluated architectures, by column.
     *
     * @param scoreLabel in words what the search maximised
     * @param byAccuracy whether that is a share of images
     * @param limit limit of FLOPs, null for none
     * @param front indices of the Pareto front, by FLOPs
     * @param winner index of the winner, null if it is not known
     * @param flopsPick index of the FLOPs-only pick, null if it was not evaluated
     */
    record Search(
            String scoreLabel,
            boolean byAccuracy,
            List<@Nullable Double> score,
            @Nullable Long limit,
            List<String> arch,
            List<Integer> generation,
            List<Long> flops,
            List<Long> params,
            List<@Nullable Double> accuracy,
            List<@Nullable Double> logLikelihood,
            List<List<Double>> code,
            List<Integer> front,
            @Nullable Integer winner,
            @Nullable Integer flopsPick) {}

    static ChartData of(RunView run, List<EvaluatedArchitecture> front) {
        return new ChartData(
                Stream.of(
                                curve(run, TrainingPoint.SUPERNET, "supernet batches"),
                                curve(run, TrainingPoint.SIMPLEX, "simplex-net batches"))
                        .flatMap(Optional::stream)
                        .toList(),
                curve(run, TrainingPoint.RETRAIN, "winner").stream().toList(),
                compared(run),
                run.evaluated().isEmpty() ? null : search(run, front),
                run.hasCodes() ? CodeDistribution.of(column(run.evaluated(), EvaluatedArchitecture::code)) : null);
    }

    /** Whether the compared trainings all have validation accuracies; else they are drawn by those of their batches. */
    boolean comparesValidation() {
        return compared.stream()
                .allMatch(curve -> curve.validationAccuracy().stream().anyMatch(Objects::nonNull));
    }

    private static Optional<Curve> curve(RunView run, String stage, String name) {
        List<TrainingPoint> points = run.training(stage);
        return points.isEmpty() ? Optional.empty() : Optional.of(Curve.of(name, points));
    }

    private static List<Curve> compared(RunView run) {
        List<Curve> others = run.retrained().stream()
                .filter(r -> !r.is(Retrained.Kind.WINNER))
                .flatMap(r -> curve(run, TrainingPoint.retrain(r.arch()), run.role(r)).stream())
                .toList();
        return others.isEmpty()
                ? List.of()
                : Stream.concat(curve(run, TrainingPoint.RETRAIN, "winner").stream(), others.stream())
                        .toList();
    }

    private static Search search(RunView run, List<EvaluatedArchitecture> front) {
        List<EvaluatedArchitecture> shown = shown(run, front);
        Map<String, Integer> index = new HashMap<>();
        for (int i = 0; i < shown.size(); i++) {
            index.put(shown.get(i).arch(), i);
        }
        return new Search(
                run.scoreLabel(),
                run.byAccuracy(),
                numbers(shown, run::score),
                run.search().map(RunMetadata.Search::maxFlops).orElse(null),
                column(shown, EvaluatedArchitecture::arch),
                column(shown, EvaluatedArchitecture::generation),
                column(shown, EvaluatedArchitecture::flops),
                column(shown, EvaluatedArchitecture::params),
                numbers(shown, EvaluatedArchitecture::accuracy),
                numbers(shown, EvaluatedArchitecture::logLikelihood),
                column(shown, e -> code(e.code())),
                front.stream().map(e -> index.get(e.arch())).toList(),
                run.picks().map(p -> index.get(p.winner())).orElse(null),
                run.picks().map(p -> index.get(p.flopsPick())).orElse(null));
    }

    /** All, or the front, the picks and evenly spaced others. */
    private static List<EvaluatedArchitecture> shown(RunView run, List<EvaluatedArchitecture> front) {
        List<EvaluatedArchitecture> all = run.evaluated();
        if (all.size() <= MAX_ARCHITECTURES) {
            return all;
        }
        Set<EvaluatedArchitecture> shown = new LinkedHashSet<>();
        double stride = (double) all.size() / MAX_ARCHITECTURES;
        IntStream.range(0, MAX_ARCHITECTURES).forEach(i -> shown.add(all.get((int) (i * stride))));
        shown.addAll(front);
        run.picks()
                .map(p -> Stream.of(p.winner(), p.flopsPick()))
                .orElse(Stream.empty())
                .flatMap(arch -> run.evaluated(arch).stream())
                .forEach(shown::add);
        return List.copyOf(shown);
    }

    private static <T> List<T> column(List<EvaluatedArchitecture> rows, Function<EvaluatedArchitecture, T> value) {
        return rows.stream().map(value).toList();
    }

    private static List<@Nullable Double> numbers(
            List<EvaluatedArchitecture> rows, ToDoubleFunction<EvaluatedArchitecture> value) {
        List<@Nullable Double> numbers = new ArrayList<>(rows.size());
        rows.forEach(row -> numbers.add(Json.number(value.applyAsDouble(row))));
        return numbers;
    }

    /** Three decimals are what the page shows. */
    private static List<Double> code(SimplexCode code) {
        return IntStream.range(0, code.size())
                .mapToObj(k -> Math.round(code.get(k) * 1000) / 1000.0)
                .toList();
    }
}
