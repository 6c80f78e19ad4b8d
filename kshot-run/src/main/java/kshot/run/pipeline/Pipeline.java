package kshot.run.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kshot.predict.SupernetScores;
import kshot.run.Run;
import kshot.run.progress.ElapsedTime;
import kshot.run.progress.StoppedException;
import kshot.run.report.Report;
import kshot.run.store.RunMetadata;
import kshot.train.DivergenceException;

/**
 * The main job. Images in, a trained model and an honest report out:
 *
 * <ol>
 *   <li>forecast: what time and memory the rest will take
 *   <li>train: K supernets and the simplex-net, in turn
 *   <li>search: NSGA-II over error and FLOPs, inside the limits
 *   <li>finalists: the best of the search trained for short, where the settings ask for it; the best of them is the winner
 *   <li>retrain: the winner from scratch, and what it is compared with
 *   <li>export: ONNX, proved against libtorch
 *   <li>report
 * </ol>
 *
 * Each step reads what the ones before left in the run directory, and does what it finds missing there of its own: that
 * is all there is to going on after an interruption. Export and report take seconds and are always done anew.
 */
public final class Pipeline {
    private Pipeline() {}

    /** The stages, in their order. Each can be done alone. */
    public enum Stage {
        /** Trains supernets and simplex-net. */
        TRAIN(true),
        /** Searches for the winner. */
        SEARCH(true),
        /** Trains the best of the search for short, and makes the best of them the winner. */
        FINALISTS(true),
        /** Trains and tests the winner. */
        RETRAIN(true),
        /** Writes the model file. */
        EXPORT(false),
        /** Writes the report file. */
        REPORT(false);

        private final boolean resumable;

        Stage(boolean resumable) {
            this.resumable = resumable;
        }

        /** Returns its name as a command. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        private Step of(Run run) {
            return switch (this) {
                case TRAIN -> new TrainStep(run);
                case SEARCH -> new SearchStep(run);
                case FINALISTS -> new FinalistsStep(run);
                case RETRAIN -> new RetrainStep(run);
                case EXPORT ->
                    new ExportStep(run.context(), run.store(), run.directory(), new RetrainStep(run), run.listener());
                case REPORT ->
                    new ReportStep(
                            run.context().space(), run.store(), run.directory().file(Report.FILE));
            };
        }
    }

    /**
     * Does everything up to a stage that is not done yet.
     *
     * @throws StoppedException if the caller asked to stop; what was done is saved
     */
    public static void runUntil(Run run, Stage last) throws IOException {
        if (run.isNew()) {
            forecast(run);
            if (!Stage.TRAIN.of(run).isWanted()) {
                run.listener()
                        .say("no supernets are trained: search.score asks for none of "
                                + String.join(", ", SupernetScores.NAMES));
            }
        }
        for (Stage stage : Stage.values()) {
            if (stage.compareTo(last) <= 0 && stage.of(run).isWanted()) {
                run.listener().stop().check();
                run(run, stage);
            }
        }
    }

    /** The work of one rank is what a forecast measures. */
    private static void forecast(Run run) {
        if (!run.team().isAlone()) {
            run.listener().say("no forecast: " + run.team().size() + " ranks share the work");
            return;
        }
        try {
            Forecast.of(run.context()).show(run.listener());
        } catch (DivergenceException e) {
            run.listener().say("no forecast: " + e.getMessage());
        }
    }

    /**
     * Does one stage, or the rest of it.
     *
     * @throws StoppedException if the caller asked to stop; what was done is saved
     */
    public static void run(Run run, Stage stage) throws IOException {
        if (stage.resumable) {
            run.requireSameVersion();
        }
        long start = System.nanoTime();
        Step step = stage.of(run);
        if (!step.isWanted()) {
            run.listener().say(stage.label() + ": none, as the settings ask for none");
            return;
        }
        try {
            if (step.work()) {
                run.listener().say(stage.label() + " took " + ElapsedTime.format(addSeconds(run, stage, start)));
            } else {
                run.listener().say(stage.label() + " was done before");
            }
        } catch (StoppedException e) {
            addSeconds(run, stage, start);
            throw e;
        }
    }

    /** Adds to the time of a stage what it took before an interruption. */
    private static double addSeconds(Run run, Stage stage, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        double all = stage.resumable ? stageSeconds(run).getOrDefault(stage.label(), 0.0) + seconds : seconds;
        putSeconds(run, stage, all);
        return all;
    }

    private static Map<String, Double> stageSeconds(Run run) {
        return run.store().get(RunMetadata.STAGE_SECONDS).orElse(Map.of());
    }

    private static void putSeconds(Run run, Stage stage, double seconds) {
        Map<String, Double> all = new LinkedHashMap<>(stageSeconds(run));
        all.put(stage.label(), seconds);
        run.store().put(RunMetadata.STAGE_SECONDS, all);
    }

    /** Returns the seconds that all stages of a run together have taken so far. */
    public static double seconds(Run run) {
        return stageSeconds(run).values().stream().mapToDouble(s -> s).sum();
    }

    /**
     * Discards what a stage and those after it have left in store and checkpoints, so that it begins anew. The last stage
     * goes first: what is left at any time is the beginning of a run.
     */
    public static void discard(Run run, Stage first) throws IOException {
        List<Stage> stages = new ArrayList<>(List.of(Stage.values()));
        Collections.reverse(stages);
        for (Stage stage : stages.subList(0, stages.indexOf(first) + 1)) {
            stage.of(run).discard();
            if (stageSeconds(run).containsKey(stage.label())) {
                putSeconds(run, stage, 0);
            }
        }
    }
}
