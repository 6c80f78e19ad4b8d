package kshot.run.pipeline;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import kshot.common.ProcessorLoad;
import kshot.run.Run;
import kshot.run.progress.Progress;
import kshot.run.progress.ProgressDisplay;
import kshot.run.progress.StoppedException;
import kshot.run.team.Assignment;
import kshot.tensor.LibTorch;
import kshot.tensor.SharedProcessors;
import kshot.train.Checkpoints;
import kshot.train.DivergenceException;
import kshot.train.OnDivergence;
import kshot.train.Training;
import kshot.train.TrainingStep;

/** A training of a run, from its last checkpoint to its end: logged, shown, and saved again and again. */
final class ResumableTraining {
    /** Ten halvings; what still diverges then does not for its rate. */
    private static final double SMALLEST_RATE_FACTOR = 1.0 / 1024;

    private final Run run;
    private final Training training;
    private final Checkpoints checkpoints;
    private final TrainingLog log;
    private final Progress progress;
    private final SharedProcessors processors;
    private final TrainingStep.Listener watcher;
    private final long firstStep;
    private final long start = System.nanoTime();
    private String validation = "";
    private String state = "";
    private boolean madeRoom;

    private ResumableTraining(
            Run run,
            Training training,
            Checkpoints checkpoints,
            TrainingLog log,
            Progress progress,
            TrainingStep.Listener watcher) {
        this.run = run;
        this.training = training;
        this.checkpoints = checkpoints;
        this.log = log;
        this.progress = progress;
        this.watcher = watcher;
        // The load of the other ranks of this machine is no other program's.
        this.processors = processors(
                run.context().settings().shareProcessors() && run.team().isAlone());
        this.firstStep = training.step();
    }

    private static SharedProcessors processors(boolean shared) {
        DoubleSupplier loadOfOthers = shared ? new ProcessorLoad()::ofOthers : () -> 0;
        return new SharedProcessors(Runtime.getRuntime().availableProcessors(), LibTorch.threads(), loadOfOthers);
    }

    /**
     * A training as a run sees it.
     *
     * @param title what it is called where its progress is shown
     * @param subject what diverges if it does, for an error
     * @param setting its part of the settings
     * @param onDivergence what happens then
     * @param stages what its stages are called in the store
     * @param ofOthers what the other ranks have to do for it
     * @param watcher sees each step after it is logged
     */
    record Task(
            String title,
            String subject,
            String setting,
            OnDivergence onDivergence,
            Map<TrainingStep.Stage, String> stages,
            Assignment ofOthers,
            TrainingStep.Listener watcher) {}

    /**
     * Trains to the end.
     *
     * @param training at its start
     * @param listener shows its steps
     * @return whether there was anything left to do
     * @throws StoppedException if the user wished to stop, after a checkpoint
     */
    static boolean finish(Run run, Training training, Checkpoints checkpoints, Task task, ProgressDisplay listener)
            throws IOException {
        Map<String, String> notes = checkpoints.load(training).orElse(Map.of());
        if (training.step() == training.steps()) {
            return false;
        }
        run.team().assign(task.ofOthers());
        training.share();
        if (training.step() > 0) {
            run.listener().say(task.title() + ": going on after step " + training.step() + " of " + training.steps());
        }
        try (TrainingLog log = new TrainingLog(run.store(), run.events(), task.stages(), training.steps());
                Progress progress = listener.progress(task.title(), training.steps())) {
            progress.skip(training.step());
            log.goOn(training.step(), notes);
            new ResumableTraining(run, training, checkpoints, log, progress, task.watcher()).finish(task);
        }
        return true;
    }

    private void finish(Task task) throws IOException {
        int threads = LibTorch.threads();
        try {
            finishOnThreads(task);
        } finally {
            LibTorch.start(threads);
        }
    }

    private void finishOnThreads(Task task) throws IOException {
        if (task.onDivergence() == OnDivergence.HALVE_RATE && training.step() == 0) {
            save(); // something to step back to
        }
        while (training.step() < training.steps()) {
            try {
                training.train(this::isToRest, this::onStep);
            } catch (DivergenceException e) {
                stepBack(task, e);
            }
            save();
            run.listener().stop().check();
        }
    }

    /** Asked before each step. */
    private boolean isToRest() {
        makeRoomForOthers();
        return checkpoints.isDue(training.step()) || run.listener().stop().isRequested();
    }

    private void makeRoomForOthers() {
        int threads = processors.threads(System.nanoTime());
        int before = LibTorch.threads();
        if (threads == before) {
            return;
        }
        LibTorch.start(threads);
        if (!madeRoom) {
            madeRoom = true;
            run.listener()
                    .say("other programs use the processors: training goes on with " + threads + " of " + before
                            + " threads until they are free again (share_processors)");
        }
    }

    /** The points first: what a checkpoint stands for must not be missing in the store. */
    private void save() throws IOException {
        log.flush();
        checkpoints.write(training, log.notes());
    }

    /** To the last checkpoint, and on from there with half the rate, which the next checkpoint keeps. */
    private void stepBack(Task task, DivergenceException divergence) throws IOException {
        String what = task.subject() + " diverged: " + divergence.getMessage();
        if (task.onDivergence() == OnDivergence.STOP) {
            throw new IllegalStateException(
                    what + "; a smaller " + task.setting() + ".learning_rate may help, or " + task.setting()
                            + ".on_divergence=halve_rate",
                    divergence);
        }
        Map<String, String> notes = checkpoints
                .load(training)
                .orElseThrow(() -> new IllegalStateException(what + "; and no checkpoint is left", divergence));
        training.share();
        training.halveRate();
        if (training.rateFactor() < SMALLEST_RATE_FACTOR) {
            throw new IllegalStateException(what + "; a smaller rate did not help", divergence);
        }
        log.goOn(training.step(), notes);
        run.listener()
                .say(what + "; going on after step " + training.step() + " with " + training.rateFactor()
                        + " of the learning rate");
    }

    private void onStep(TrainingStep step) {
        log.add(step);
        watcher.onStep(step);
        if (step.validation() != null) {
            validation = String.format(
                    Locale.ROOT, ", validation %.1f %%", 100 * step.validation().accuracy());
        }
        if (step.stage() != TrainingStep.Stage.NOTHING) {
            double seconds = (System.nanoTime() - start) / 1e9;
            state = String.format(
                    Locale.ROOT,
                    "epoch %.1f, loss %.3f, %.0f images/s%s",
                    step.epoch(),
                    step.loss(),
                    (step.step() + 1 - firstStep) * step.images() / seconds,
                    validation);
        }
        progress.update(step.step() + 1, state);
    }
}
