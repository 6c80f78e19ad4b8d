package kshot.run;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import kshot.run.store.TrainingPoint;
import kshot.train.Checkpoints;
import kshot.train.SupernetSettings;
import kshot.train.SupernetTrainer;
import kshot.train.TrainingStep.Stage;

/** Trains the supernets and the simplex-net. */
final class TrainStep {
    private static final Map<Stage, String> STAGES =
            Map.of(Stage.SUPERNET, TrainingPoint.SUPERNET, Stage.SIMPLEX, TrainingPoint.SIMPLEX);

    private TrainStep() {}

    /** Returns the training of a run's supernets at its start. */
    static SupernetTrainer trainer(Run run) {
        return trainer(run, run.settings().supernet());
    }

    /** Returns it with other settings than the run's. */
    static SupernetTrainer trainer(Run run, SupernetSettings settings) {
        return new SupernetTrainer(
                run.supernetSpace(),
                settings,
                run.images().supernetBatches(settings.batchSize()),
                run.seed().derive("supernets"));
    }

    /** The checkpoints of the supernets; the steps of snapshots matter to who writes them alone. */
    static Checkpoints checkpoints(Run run, List<Long> snapshotSteps) {
        return run.checkpoints(
                "supernets", Map.of("k", "" + run.settings().supernet().k()), snapshotSteps);
    }

    /** Returns the steps after which supernets score architectures, ascending; the last is the end. */
    static List<Long> snapshotSteps(Run run) {
        SupernetSettings settings = run.settings().supernet();
        return settings.snapshotSteps(
                run.images().supernetBatches(settings.batchSize()).batchesPerEpoch());
    }

    static boolean run(Run run) throws IOException {
        try (SupernetTrainer trainer = trainer(run)) {
            return ResumableTraining.finish(
                    run,
                    trainer,
                    checkpoints(run, snapshotSteps(run)),
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
        checkpoints(run, List.of()).clear();
        STAGES.values().forEach(stage -> run.store().forgetTraining(stage, 0));
        run.store().forgetEvaluations(0);
    }
}
