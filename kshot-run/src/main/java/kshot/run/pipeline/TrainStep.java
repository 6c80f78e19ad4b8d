package kshot.run.pipeline;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.evaluate.TrainedSupernets;
import kshot.run.settings.Predictors;
import kshot.run.store.TrainingPoint;
import kshot.run.team.Assignment;
import kshot.tensor.Collective;
import kshot.train.SupernetSettings;
import kshot.train.SupernetTrainer;
import kshot.train.TrainingStep.Stage;

/** The step that trains the supernets and the simplex-net. */
public final class TrainStep implements Step {
    private static final Map<Stage, String> STAGES =
            Map.of(Stage.SUPERNET, TrainingPoint.SUPERNET, Stage.SIMPLEX, TrainingPoint.SIMPLEX);

    private final Run run;

    TrainStep(Run run) {
        this.run = run;
    }

    /** Returns a training of supernets at its start, by one rank. */
    static SupernetTrainer trainer(RunContext context, SupernetSettings settings) {
        return trainer(context, settings, Collective.ALONE);
    }

    /** Returns the training of the supernets of a run at its start, by several ranks. */
    public static SupernetTrainer trainer(RunContext context, Collective collective) {
        return trainer(context, context.settings().supernet(), collective);
    }

    private static SupernetTrainer trainer(RunContext context, SupernetSettings settings, Collective collective) {
        return new SupernetTrainer(
                context.supernetSpace(),
                settings,
                context.images().supernetBatches(settings.batchSize()),
                context.seed().derive("supernets"),
                context.device(),
                collective);
    }

    @Override
    public boolean work() throws IOException {
        SupernetSettings settings = run.context().settings().supernet();
        try (SupernetTrainer trainer = trainer(run.context(), run.team().collective())) {
            return ResumableTraining.finish(
                    run,
                    trainer,
                    TrainedSupernets.checkpoints(run, TrainedSupernets.snapshotSteps(run.context())),
                    new ResumableTraining.Task(
                            "supernets",
                            "the training of the supernets",
                            "supernet",
                            settings.onDivergence(),
                            STAGES,
                            new Assignment.TrainSupernets(),
                            new CodeLog(run.context(), trainer, run.events())),
                    run.listener());
        }
    }

    /** Whether the search asks the supernets at all. */
    @Override
    public boolean isWanted() {
        return Predictors.needSupernets(run.context().settings().search().score());
    }

    @Override
    public void discard() throws IOException {
        TrainedSupernets.checkpoints(run, List.of()).clear();
        STAGES.values().forEach(stage -> run.store().forgetTraining(stage, 0));
        run.store().forgetEvaluations(0);
    }
}
