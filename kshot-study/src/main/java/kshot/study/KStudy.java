package kshot.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import kshot.diagram.Chart;
import kshot.predict.SupernetScores;
import kshot.rank.Metric;
import kshot.rank.Metrics;
import kshot.rank.RankingReport;
import kshot.run.Ranking;
import kshot.run.Run;
import kshot.run.settings.SettingsTree;
import kshot.run.store.TrainingPoint;

/**
 * How well supernets rank as K grows: Tables 7 and 9 and Figure 4 of the supplement. Every K is trained with the same
 * settings on the same number of images, once for each seed, and ranks the same architectures.
 *
 * @param rankings of each member, those of the smallest K first
 */
public record KStudy(List<MemberRanking> rankings) implements StudyResult {
    public KStudy {
        rankings = List.copyOf(rankings);
    }

    /**
     * Rankings by the supernets of one training.
     *
     * @param k K
     * @param seed of the training
     * @param trainSeconds time of the training, beside others
     * @param byScore what came of ranking by each score
     */
    public record MemberRanking(int k, long seed, double trainSeconds, Map<String, RankingReport> byScore) {
        public MemberRanking {
            byScore = new LinkedHashMap<>(byScore);
        }
    }

    /**
     * Trains and ranks what is missing.
     *
     * @param base settings of all members but for K and seed
     * @param ks values of K
     * @param seeds how many for each K, from 1
     */
    public static KStudy of(TrainingPool pool, SettingsTree base, List<Integer> ks, int seeds, Benchmark truth)
            throws IOException {
        return new KStudy(
                pool
                        .each(ks, seeds, (k, seed) -> TrainingSpec.of(base, k, seed), run -> rank(run, truth))
                        .values()
                        .stream()
                        .flatMap(List::stream)
                        .toList());
    }

    private static MemberRanking rank(Run run, Benchmark truth) throws IOException {
        Map<String, RankingReport> byScore = new LinkedHashMap<>();
        for (String score : SupernetScores.NAMES) {
            byScore.put(score, truth.ranking(run, score).report());
        }
        return new MemberRanking(run.settings().supernet().k(), run.settings().seed(), trainSeconds(run), byScore);
    }

    /** Time of a run's training, beside others. */
    static double trainSeconds(Run run) {
        return run.store().training(TrainingPoint.SUPERNET).stream()
                .mapToDouble(TrainingPoint::seconds)
                .max()
                .orElse(0);
    }

    /** Predictors of one ranking, by their names in JSON. */
    private static Map<String, Metrics> predictors(MemberRanking ranking) {
        Map<String, Metrics> predictors = new LinkedHashMap<>();
        ranking.byScore.forEach((name, report) -> {
            predictors.put(name, report.scores());
            Metrics uniform = report.baselines().get(Ranking.UNIFORM_CODES);
            if (uniform != null) {
                predictors.put(name + "_" + Ranking.UNIFORM_CODES, uniform);
            }
            predictors.put(name + "_and_" + RankingReport.LIVE_FLOPS, report.combined());
        });
        return predictors;
    }

    /** What costs nothing, on the same architectures. */
    Map<String, Metrics> baselines() {
        Map<String, Metrics> baselines = new LinkedHashMap<>(
                rankings.get(0).byScore.values().iterator().next().baselines());
        baselines.remove(Ranking.UNIFORM_CODES);
        return baselines;
    }

    /** The members of each K. */
    private Map<Integer, List<MemberRanking>> byK() {
        return rankings.stream()
                .collect(Collectors.groupingBy(MemberRanking::k, LinkedHashMap::new, Collectors.toList()));
    }

    /** The values of K, in order. */
    List<Integer> ks() {
        return List.copyOf(byK().keySet());
    }

    /** Number of architectures that were ranked. */
    int architectures() {
        return rankings.get(0).byScore.values().iterator().next().n();
    }

    /** Time of a training. */
    Spread trainSeconds(int k) {
        return Spread.of(byK().getOrDefault(k, List.of()).stream()
                .map(MemberRanking::trainSeconds)
                .toList());
    }

    /**
     * How much larger a metric of a predictor is with one K than with another, seed by seed: trainings of one seed hold out the
     * same images and draw the same architectures, so that they share much of their noise.
     */
    Spread difference(int k, int other, Metric metric, String predictor) {
        Map<Long, Double> ofOther = bySeed(other, metric, predictor);
        return Spread.of(bySeed(k, metric, predictor).entrySet().stream()
                .map(of -> of.getValue() - Objects.requireNonNull(ofOther.get(of.getKey()), "the same seeds"))
                .toList());
    }

    private Map<Long, Double> bySeed(int k, Metric metric, String predictor) {
        Map<Long, Double> values = new LinkedHashMap<>();
        for (MemberRanking member : byK().getOrDefault(k, List.of())) {
            Metrics metrics = Objects.requireNonNull(predictors(member).get(predictor), predictor);
            values.put(member.seed, metrics.value(metric));
        }
        return values;
    }

    /** A metric of each predictor over the seeds of one K; predictors that these members don't have are left out. */
    public Map<String, Spread> spreads(int k, Metric metric) {
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (MemberRanking member : byK().getOrDefault(k, List.of())) {
            predictors(member).forEach((name, metrics) -> {
                if (metrics.intervals().containsKey(metric)) {
                    values.computeIfAbsent(name, n -> new ArrayList<>()).add(metrics.value(metric));
                }
            });
        }
        Map<String, Spread> spreads = new LinkedHashMap<>();
        values.forEach((name, of) -> spreads.put(name, Spread.of(of)));
        return spreads;
    }

    @Override
    public String toMarkdown() {
        return KStudyText.of(this);
    }

    /** Figure 4: τ-b of scores with and without learned codes, beside what costs nothing. */
    @Override
    public Map<String, String> toSvg() {
        Map<String, List<Chart.Point>> series = new LinkedHashMap<>();
        for (String predictor :
                spreads(ks().get(ks().size() - 1), Metric.KENDALL_B).keySet()) {
            if (!predictor.endsWith(RankingReport.LIVE_FLOPS)) {
                series.put(
                        Labels.plain(predictor),
                        ks().stream().map(k -> point(k, predictor)).toList());
            }
        }
        Map<String, Double> lines = new LinkedHashMap<>();
        for (String name : List.of(RankingReport.FLOPS, RankingReport.LIVE_FLOPS)) {
            lines.put(
                    Labels.plain(name),
                    Objects.requireNonNull(baselines().get(name), name).value(Metric.KENDALL_B));
        }
        return Map.of(
                "k",
                new Chart(
                                "Ranking ability as K grows",
                                "K",
                                "Kendall's τ-b, " + Labels.WHISKERS,
                                ks().stream().map(k -> "" + k).toList(),
                                series,
                                lines)
                        .svg());
    }

    /** A predictor that needs more than one supernet has none for K = 1. */
    private Chart.Point point(int k, String predictor) {
        Spread spread = spreads(k, Metric.KENDALL_B).get(predictor);
        return spread == null ? new Chart.Point(Double.NaN, Double.NaN) : spread.toPoint();
    }

    @Override
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architectures", architectures());
        json.put("baselines", json(baselines()));
        List<Map<String, Object>> summary = new ArrayList<>();
        byK().forEach((k, members) -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("k", k);
            row.put("train_seconds", trainSeconds(k).mean());
            for (Metric metric : Metric.values()) {
                Map<String, Object> predictors = new LinkedHashMap<>();
                spreads(k, metric).forEach((name, spread) -> predictors.put(name, spread.toJson()));
                row.put(metric.key(), predictors);
            }
            summary.add(row);
        });
        json.put("summary", summary);
        json.put(
                "members",
                rankings.stream()
                        .map(member -> {
                            Map<String, Object> row = new LinkedHashMap<>();
                            row.put("k", member.k);
                            row.put("seed", member.seed);
                            row.put("train_seconds", member.trainSeconds);
                            row.putAll(json(predictors(member)));
                            return row;
                        })
                        .toList());
        return json;
    }

    private static Map<String, Object> json(Map<String, Metrics> predictors) {
        Map<String, Object> json = new LinkedHashMap<>();
        predictors.forEach((name, metrics) -> {
            Map<String, Object> values = new LinkedHashMap<>();
            metrics.intervals().forEach((metric, interval) -> values.put(metric.key(), interval.value()));
            json.put(name, values);
        });
        return json;
    }
}
