package kshot.run;

import java.io.IOException;
import java.util.Map;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.run.store.TrainingPoint;
import kshot.simplex.SimplexNet;
import kshot.train.Checkpoints;
import kshot.train.SupernetSettings;
import kshot.train.SupernetTrainer;
import kshot.train.TrainingStep.Stage;

/** Trains the supernets and the simplex-net. */
final class TrainStep {
    private static final Map<Stage, String> STAGES =
            Map.of(Stage.SUPERNET, TrainingPoint.SUPERNET, Stage.SIMPLEX, TrainingPoint.SIMPLEX);

    private TrainStep() {}

    /** Supernets of a run at their start. */
    static SupernetTrainer trainer(Run run) {
        return trainer(run, run.settings().supernet());
    }

    /** The same with other settings than the run's. */
    static SupernetTrainer trainer(Run run, SupernetSettings settings) {
        return new SupernetTrainer(
                run.supernetSpace(),
                settings,
                run.images().supernetBatches(settings.batchSize()),
                seed(run));
    }

    /** Returns the simplex-net of a run before its training. */
    static SimplexNet initialSimplexNet(Run run) {
        SupernetSettings settings = run.settings().supernet();
        return settings.simplex().net(run.supernetSpace(), settings.k(), seed(run));
    }

    private static Seed seed(Run run) {
        return run.seed().derive("supernets");
    }

    private static Checkpoints checkpoints(Run run, SupernetTrainer trainer) {
        return run.checkpoints(
                "supernets", Map.of("k", "" + run.settings().supernet().k()), trainer.snapshotSteps());
    }

    static boolean run(Run run) throws IOException {
        try (SupernetTrainer trainer = trainer(run)) {
            return ResumableTraining.finish(
                    run,
                    trainer,
                    checkpoints(run, trainer),
                    new ResumableTraining.Task(
                            "supernets",
                            "the training of the supernets",
                            "supernet",
                            run.settings().supernet().onDivergence(),
                            STAGES),
                    run.listener());
        }
    }

    static void discard(Run run) throws IOException {
        try (SupernetTrainer trainer = trainer(run)) {
            checkpoints(run, trainer).clear();
        }
        STAGES.values().forEach(stage -> run.store().forgetTraining(stage, 0));
        run.store().forgetEvaluations(0);
    }

    /** The trained supernets of a run. */
    static SupernetTrainer load(Run run) throws IOException {
        SupernetTrainer trainer = trainer(run);
        try {
            checkpoints(run, trainer).load(trainer);
            InvalidInputException.require(
                    trainer.step() == trainer.steps(),
                    "supernets of the run",
                    trainer.step() == 0
                            ? "none"
                            : "trained for " + trainer.step() + " of " + trainer.steps() + " steps",
                    "train them first");
            return trainer;
        } catch (IOException | RuntimeException e) {
            trainer.close();
            throw e;
        }
    }

    /** The supernets of a run after a step that it keeps a snapshot of. */
    static SupernetTrainer load(Run run, long step) throws IOException {
        SupernetTrainer trainer = trainer(run);
        try {
            checkpoints(run, trainer).load(trainer, step);
            return trainer;
        } catch (IOException | RuntimeException e) {
            trainer.close();
            throw e;
        }
    }
}
