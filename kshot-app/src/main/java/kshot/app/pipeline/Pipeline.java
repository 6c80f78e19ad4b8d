package kshot.app.pipeline;

import java.io.IOException;
import java.util.Locale;
import kshot.app.terminal.Console;

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
 * Each step reads what the ones before left in the run directory, so each can be repeated alone.
 */
public final class Pipeline {
    private Pipeline() {}

    /** The steps that can be done alone. */
    public enum Step {
        /** Supernets and simplex-net. */
        TRAIN,
        /** The winner. */
        SEARCH,
        /** The winner's weights and its test. */
        RETRAIN,
        /** The model file. */
        EXPORT,
        /** The report file. */
        REPORT
    }

    /** Does everything. */
    public static void run(Run run) throws IOException {
        Forecast.of(run).show(run.console());
        for (Step step : Step.values()) {
            run(run, step);
        }
    }

    /** Does one step. */
    public static void run(Run run, Step step) throws IOException {
        long start = System.nanoTime();
        switch (step) {
            case TRAIN -> TrainStep.run(run);
            case SEARCH -> SearchStep.run(run);
            case RETRAIN -> RetrainStep.run(run);
            case EXPORT -> ExportStep.run(run);
            case REPORT -> ReportStep.run(run);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        String name = step.name().toLowerCase(Locale.ROOT);
        run.addSeconds(name, seconds);
        run.console().say(name + " took " + Console.time(seconds));
    }
}
