package kshot.app.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Locale;
import kshot.app.store.EventWriter;
import kshot.app.store.TrainingPoint;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.torch.SupernetTrainer;
import kshot.torch.TrainingStep.Stage;

/** Trains the supernets and the simplex-net. */
final class TrainStep {
    static final String CHECKPOINT = "supernets";

    private TrainStep() {}

    static SupernetTrainer trainer(Run run) {
        return new SupernetTrainer(
                run.supernetSpace(),
                run.settings().supernet(),
                run.images().supernetBatches(run.settings().supernet().batchSize()),
                run.seed().derive("supernets"));
    }

    static void run(Run run) throws IOException {
        run.store().forgetTraining(TrainingPoint.SUPERNET, 0);
        run.store().forgetTraining(TrainingPoint.SIMPLEX, 0);
        run.store().forgetEvaluations(0);
        try (SupernetTrainer trainer = trainer(run);
                EventWriter events = EventWriter.open(run.directory(), Clock.systemUTC());
                TrainingLog log = new TrainingLog(run.store(), events, trainer.steps());
                Console.Progress progress = run.console().progress("supernets", trainer.steps())) {
            trainer.train(Long.MAX_VALUE, step -> {
                log.add(step.stage() == Stage.SIMPLEX ? TrainingPoint.SIMPLEX : TrainingPoint.SUPERNET, step);
                progress.update(
                        step.step() + 1,
                        String.format(
                                Locale.ROOT,
                                "epoch %.1f, loss %.3f, %.0f images/s",
                                step.epoch(),
                                step.loss(),
                                (step.step() + 1) * step.images() / step.seconds()));
            });
            trainer.save(run.checkpoint(CHECKPOINT));
        }
    }

    /** The trained supernets of a run. */
    static SupernetTrainer load(Run run) throws IOException {
        InvalidInputException.require(
                Files.exists(run.checkpoint(CHECKPOINT)), "supernets of the run", "none", "train them first");
        SupernetTrainer trainer = trainer(run);
        trainer.load(run.checkpoint(CHECKPOINT));
        return trainer;
    }
}
