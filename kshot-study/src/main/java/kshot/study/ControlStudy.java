package kshot.study;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import kshot.common.InvalidInputException;
import kshot.predict.SupernetScores;
import kshot.rank.Metric;
import kshot.rank.Metrics;
import kshot.rank.RankCorrelation;
import kshot.rank.RankingReport;
import kshot.rank.Residuals;
import kshot.run.Run;
import kshot.run.evaluate.Evaluations;
import kshot.run.evaluate.Ranking;
import kshot.run.evaluate.TrainedSupernets;
import kshot.run.settings.Predictors;
import kshot.run.settings.SettingsTree;
import kshot.search.Evaluation;
import kshot.simplex.CodeStatistics;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.study.result.Labels;
import kshot.study.result.Spread;
import kshot.study.result.SpreadChart;
import kshot.study.result.StudyResult;
import kshot.study.result.Table;
import org.jspecify.annotations.Nullable;

/**
 * K supernets beside controls that take the treatment apart: what the images cost that train the simplex-net, what K supernets with
 * equal codes change, what codes change that differ, and what it changes that they are learnt. The supernets of all treatments but
 * the first train on the same images, by the same architectures, in the same order.
 *
 * @param k K
 * @param architectures number of architectures that are ranked
 * @param summary one row for each treatment, over its seeds
 * @param effects one row for each comparison of two treatments, seed by seed
 * @param members one row for each training, those of one treatment together
 */
public record ControlStudy(
        int k, int architectures, List<OfTreatment> summary, List<Effect> effects, List<Member> members)
        implements StudyResult {
    private static final String IDLE_BATCHES = "supernet.idle_batches";
    private static final String CODES = "supernet.simplex.codes";
    private static final String WITHOUT_REACH = "_without_reach";
    private static final String WITHOUT_CODE = "_without_code";

    /** The score that effects are told by. */
    private static final String MAIN = SupernetScores.LOG_LIKELIHOOD;

    /** The trainings that are compared. */
    public enum Treatment {
        /** One supernet, which every batch trains. */
        ONE_SUPERNET("K = 1"),
        /** One supernet, without the batches that the simplex-net has beside K. */
        ONE_SUPERNET_FEWER_IMAGES("K = 1, fewer images"),
        /** K supernets mixed by 1/K. */
        EQUAL_CODES("equal codes"),
        /** K supernets mixed by a simplex-net that stays as it is at its start. */
        FROZEN_CODES("frozen codes"),
        /** K supernets mixed by a simplex-net that learns. */
        LEARNED_CODES("learned codes");

        private final String label;

        Treatment(String label) {
            this.label = label;
        }

        private TrainingSpec member(SettingsTree base, int k, long seed) {
            return switch (this) {
                case ONE_SUPERNET -> TrainingSpec.of(base, 1, seed);
                case ONE_SUPERNET_FEWER_IMAGES -> TrainingSpec.of(base, 1, seed).with(IDLE_BATCHES, "nothing");
                case EQUAL_CODES ->
                    TrainingSpec.of(base, k, seed).with(CODES, "equal").with(IDLE_BATCHES, "nothing");
                case FROZEN_CODES ->
                    TrainingSpec.of(base, k, seed).with(CODES, "frozen").with(IDLE_BATCHES, "nothing");
                case LEARNED_CODES -> TrainingSpec.of(base, k, seed);
            };
        }
    }

    public ControlStudy {
        summary = List.copyOf(summary);
        effects = List.copyOf(effects);
        members = List.copyOf(members);
    }

    /**
     * Kendall's τ-b by the supernets of one training.
     *
     * @param codes of the architectures that are ranked; null for K = 1
     * @param kendallB by each predictor
     */
    public record Member(
            Treatment treatment,
            long seed,
            double trainSeconds,
            @JsonUnwrapped @Nullable CodeStatistics codes,
            @JsonAnyGetter Map<String, Double> kendallB) {
        public Member {
            kendallB = Collections.unmodifiableMap(new LinkedHashMap<>(kendallB));
        }

        private double main() {
            return Objects.requireNonNull(kendallB.get(MAIN));
        }
    }

    /**
     * Kendall's τ-b of one treatment, over its seeds.
     *
     * @param codes mean statistics of the codes, by name; empty for K = 1
     * @param kendallB by each predictor
     */
    public record OfTreatment(
            Treatment treatment,
            double trainSeconds,
            Map<String, Spread> codes,
            @JsonAnyGetter Map<String, Spread> kendallB) {
        public OfTreatment {
            codes = Collections.unmodifiableMap(new LinkedHashMap<>(codes));
            kendallB = Collections.unmodifiableMap(new LinkedHashMap<>(kendallB));
        }

        private static OfTreatment of(Treatment treatment, List<Member> members) {
            List<CodeStatistics> codes =
                    members.stream().map(Member::codes).filter(Objects::nonNull).toList();
            return new OfTreatment(
                    treatment,
                    Spread.of(members.stream().map(Member::trainSeconds).toList())
                            .mean(),
                    codes.isEmpty()
                            ? Map.of()
                            : Spread.ofEach(
                                    codes.stream().map(ControlStudy::byName).toList()),
                    Spread.ofEach(members.stream().map(Member::kendallB).toList()));
        }
    }

    /**
     * The difference of τ-b by log-likelihood between two treatments, seed by seed.
     *
     * @param of the treatment
     * @param less the one that it is compared with
     * @param meaning what differs between them
     */
    public record Effect(Treatment of, Treatment less, String meaning, Spread difference) {
        /** Returns whether the mean is more than two standard errors from 0. */
        boolean isMoreThanNoise() {
            return Math.abs(difference.mean()) > 2 * difference.error();
        }
    }

    private static Map<String, Double> byName(CodeStatistics codes) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("entropy", codes.relativeEntropy());
        values.put("spread", codes.spread());
        values.put("drift", codes.drift());
        values.put("common", codes.common());
        return values;
    }

    /**
     * Trains and ranks what is missing.
     *
     * @param base settings of all members but for K, seed, codes and idle batches
     * @param k K, at least 2
     * @param seeds how many for each treatment, from 1
     */
    public static ControlStudy of(TrainingPool pool, SettingsTree base, int k, int seeds, Benchmark truth)
            throws IOException {
        Predictors.requireSupernets(base);
        InvalidInputException.require(k >= 2, "--k", k, "at least 2 with --control, beside which K = 1 is trained");
        List<Member> members = new ArrayList<>();
        pool.each(
                        List.of(Treatment.values()),
                        seeds,
                        (treatment, seed) -> treatment.member(base, k, seed),
                        run -> measure(run, truth))
                .forEach((treatment, measured) -> measured.forEach(of -> members.add(of.apply(treatment))));
        return of(k, truth.values().length, members);
    }

    /**
     * Sums up trainings.
     *
     * @param members of all treatments, with the same seeds
     */
    static ControlStudy of(int k, int architectures, List<Member> members) {
        Map<Treatment, List<Member>> byTreatment = members.stream()
                .collect(Collectors.groupingBy(Member::treatment, LinkedHashMap::new, Collectors.toList()));
        List<OfTreatment> summary = new ArrayList<>();
        byTreatment.forEach((treatment, of) -> summary.add(OfTreatment.of(treatment, of)));
        List<Effect> effects = List.of(
                effect(byTreatment, Treatment.ONE_SUPERNET_FEWER_IMAGES, Treatment.ONE_SUPERNET, "fewer images"),
                effect(
                        byTreatment,
                        Treatment.EQUAL_CODES,
                        Treatment.ONE_SUPERNET_FEWER_IMAGES,
                        "K supernets in place of one, mixed alike"),
                effect(byTreatment, Treatment.FROZEN_CODES, Treatment.EQUAL_CODES, "codes that differ"),
                effect(byTreatment, Treatment.LEARNED_CODES, Treatment.FROZEN_CODES, "codes that are learnt"),
                effect(byTreatment, Treatment.LEARNED_CODES, Treatment.ONE_SUPERNET, "all together"));
        return new ControlStudy(k, architectures, summary, effects, members);
    }

    private static Effect effect(Map<Treatment, List<Member>> members, Treatment of, Treatment less, String meaning) {
        Map<Long, Double> others = Objects.requireNonNull(members.get(less)).stream()
                .collect(Collectors.toMap(Member::seed, Member::main));
        return new Effect(
                of,
                less,
                meaning,
                Spread.of(Objects.requireNonNull(members.get(of)).stream()
                        .map(member -> member.main() - Objects.requireNonNull(others.get(member.seed())))
                        .toList()));
    }

    private static Function<Treatment, Member> measure(Run run, Benchmark truth) throws IOException {
        Map<String, Double> taus = new LinkedHashMap<>();
        for (String score : SupernetScores.NAMES) {
            RankingReport report = truth.ranking(run, List.of(score)).report();
            taus.put(score, report.scores().value(Metric.KENDALL_B));
            Metrics uniform = report.baselines().get(Ranking.UNIFORM_CODES);
            if (uniform != null) {
                taus.put(score + "_" + Ranking.UNIFORM_CODES, uniform.value(Metric.KENDALL_B));
            }
            taus.put(
                    score + "_and_" + RankingReport.LIVE_FLOPS,
                    report.combined().value(Metric.KENDALL_B));
        }
        @Nullable CodeStatistics statistics = null;
        if (run.context().settings().supernet().k() > 1) {
            try (Evaluations evaluations = Evaluations.open(run, List.of(MAIN))) {
                List<Evaluation> evaluated = truth.evaluate(evaluations.evaluator());
                statistics = statistics(run, evaluations, evaluated);
                taus.putAll(calibrated(truth.values(), evaluations, evaluated));
            }
        }
        @Nullable CodeStatistics codes = statistics;
        long seed = run.context().settings().seed();
        double seconds = KStudy.trainSeconds(run);
        return treatment -> new Member(treatment, seed, seconds, codes, taus);
    }

    private static CodeStatistics statistics(Run run, Evaluations evaluations, List<Evaluation> evaluated) {
        List<Architecture> scored = evaluated.stream()
                .map(evaluation -> evaluations.scored(evaluation.architecture()))
                .toList();
        return CodeStatistics.of(
                TrainedSupernets.initialCodes(run.context(), scored),
                scored.stream().map(evaluations::code).toList());
    }

    /** Returns τ-b by log-likelihood without what a regression explains by reach, and by the code. */
    private static Map<String, Double> calibrated(double[] truth, Evaluations evaluations, List<Evaluation> evaluated) {
        double[] scores = evaluated.stream().mapToDouble(e -> e.score(MAIN)).toArray();
        double[][] reach = evaluated.stream()
                .map(e -> new double[] {evaluations.reach(e.architecture())})
                .toArray(double[][]::new);
        double[][] codes = evaluated.stream()
                .map(e -> allButOne(evaluations.code(e.architecture())))
                .toArray(double[][]::new);
        Map<String, Double> taus = new LinkedHashMap<>();
        taus.put(MAIN + WITHOUT_REACH, RankCorrelation.kendallB(truth, Residuals.of(scores, reach)));
        taus.put(MAIN + WITHOUT_CODE, RankCorrelation.kendallB(truth, Residuals.of(scores, codes)));
        return taus;
    }

    /** The last share follows from the others. */
    private static double[] allButOne(SimplexCode code) {
        double[] shares = new double[code.size() - 1];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = code.get(i);
        }
        return shares;
    }

    @Override
    public String title() {
        return "Controls of K-shot, K = " + k;
    }

    private record Row(OfTreatment of, String predictor, Spread kendallB) {}

    @Override
    public List<Table<?>> tables() {
        List<Row> rows = summary.stream()
                .flatMap(of -> of.kendallB.entrySet().stream().map(tau -> new Row(of, tau.getKey(), tau.getValue())))
                .toList();
        List<String> codes = List.of("entropy", "spread", "drift", "common");
        return List.of(
                Table.of(effects)
                        .text("what differs", Effect::meaning)
                        .text("treatment", effect -> effect.of.label)
                        .text("less", effect -> effect.less.label)
                        .text(
                                "τ-b by log-likelihood",
                                effect -> String.format(
                                        Locale.ROOT,
                                        "%+.3f ± %.3f",
                                        effect.difference.mean(),
                                        effect.difference.error()))
                        .text("more than noise", effect -> effect.isMoreThanNoise() ? "yes" : "no"),
                Table.of(rows)
                        .text("treatment", row -> row.of.treatment.label)
                        .text("τ-b by", row -> Labels.plain(row.predictor))
                        .column("mean ± standard deviation", Row::kendallB),
                Table.of(summary)
                        .text("treatment", of -> of.treatment.label)
                        .columns(codes, name -> "codes: " + name, (of, name) -> of.codes.get(name))
                        .column("minutes", "%.1f", of -> of.trainSeconds / 60));
    }

    @Override
    public List<String> notes() {
        return List.of(
                architectures + " architectures, " + effects.get(0).difference.n()
                        + " seeds of each treatment. ± of a difference is its standard error, seed by seed; more than noise means more"
                        + " than two of them.",
                "Without reach, without code: what is left of the score after a linear regression on how far training has moved"
                        + " the merged weights, or on the code.",
                "Codes: entropy relative to its maximum; spread, the distance of a code from the mean code; drift, its distance"
                        + " from where it began; common, the share of the drift that all architectures have in common.");
    }

    @Override
    public Map<String, String> drawings() {
        Map<String, Map<String, Spread>> points = new LinkedHashMap<>();
        summary.forEach(
                of -> points.put(of.treatment.label, Map.of(MAIN, Objects.requireNonNull(of.kendallB.get(MAIN)))));
        return Map.of("k-control", new SpreadChart(title(), "treatment", "Kendall's τ-b", points, Map.of()).svg());
    }
}
