package kshot.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import kshot.run.progress.ElapsedTime;
import kshot.run.progress.StoppedException;
import kshot.simplex.SimplexNet;
import kshot.train.DivergenceException;

/**
 * The main job. Images in, a trained model and an honest report out:
 *
 * <ol>
 *   <li>forecast: what time and memory the rest will take
 *   <li>train: K supernets and the simplex-net, in turn
 *   <li>search: NSGA-II over error and FLOPs, inside the limits
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

    /** The steps that can be done alone. */
    public enum Step {
        /** Supernets and simplex-net. */
        TRAIN(true),
        /** The winner. */
        SEARCH(true),
        /** The winner's weights and its test. */
        RETRAIN(true),
        /** The model file. */
        EXPORT(false),
        /** The report file. */
        REPORT(false);

        private final boolean goesOn;

        Step(boolean goesOn) {
            this.goesOn = goesOn;
        }

        /** Its name as a command. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Does everything up to a step that is not done yet.
     *
     * @throws StoppedException if the user wished to stop; what was done is saved
     */
    public static void runUntil(Run run, Step last) throws IOException {
        if (run.isNew()) {
            forecast(run);
        }
        for (Step step : Step.values()) {
            if (step.compareTo(last) <= 0) {
                run.stop().check();
                run(run, step);
            }
        }
    }

    /** Seconds that the training of the supernets will take, measured on its first steps. */
    public static double forecastTraining(Run run) {
        return Forecast.training(run);
    }

    /**
     * Highest resident memory of this process, in bytes, while so many trainings of the supernets of a run are under way at
     * once, in turn, with weights that are thrown away; 0 where the system does not say.
     */
    public static long trainingMemory(Run run, int trainings) {
        return Forecast.trainingMemory(run, trainings);
    }

    /** Returns the simplex-net of a run as it is before its training: a function of the settings and the seed. */
    public static SimplexNet initialSimplexNet(Run run) {
        return TrainStep.initialSimplexNet(run);
    }

    private static void forecast(Run run) {
        try {
            Forecast.of(run).show(run.listener());
        } catch (DivergenceException e) {
            run.listener().say("no forecast: " + e.getMessage());
        }
    }

    /**
     * Does one step, or the rest of it.
     *
     * @throws StoppedException if the user wished to stop; what was done is saved
     */
    public static void run(Run run, Step step) throws IOException {
        if (step.goesOn) {
            run.requireSameVersion();
        }
        long start = System.nanoTime();
        try {
            if (work(run, step)) {
                run.listener().say(step.label() + " took " + ElapsedTime.format(addSeconds(run, step, start)));
            } else {
                run.listener().say(step.label() + " was done before");
            }
        } catch (StoppedException e) {
            addSeconds(run, step, start);
            throw e;
        }
    }

    /** Returns whether there was anything to do. */
    private static boolean work(Run run, Step step) throws IOException {
        return switch (step) {
            case TRAIN -> TrainStep.run(run);
            case SEARCH -> SearchStep.run(run);
            case RETRAIN -> RetrainStep.run(run);
            case EXPORT -> ExportStep.run(run);
            case REPORT -> ReportStep.run(run);
        };
    }

    /** Time of a step, what it took before an interruption included. */
    private static double addSeconds(Run run, Step step, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        double all = step.goesOn ? run.seconds(step.label()) + seconds : seconds;
        run.putSeconds(step.label(), all);
        return all;
    }

    /**
     * Discards what a step and those after it have left in store and checkpoints, so that it begins anew. The last step
     * goes first: what is left at any time is the beginning of a run.
     */
    public static void discard(Run run, Step first) throws IOException {
        List<Step> steps = new ArrayList<>(List.of(Step.values()));
        Collections.reverse(steps);
        for (Step step : steps.subList(0, steps.indexOf(first) + 1)) {
            switch (step) {
                case TRAIN -> TrainStep.discard(run);
                case SEARCH -> SearchStep.discard(run);
                case RETRAIN -> RetrainStep.discard(run);
                case EXPORT -> ExportStep.discard(run);
                case REPORT -> {}
            }
            run.putSeconds(step.label(), 0);
        }
    }
}
