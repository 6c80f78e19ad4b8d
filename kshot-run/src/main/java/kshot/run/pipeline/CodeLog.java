package kshot.run.pipeline;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import kshot.run.RunContext;
import kshot.run.evaluate.TrainedSupernets;
import kshot.run.store.EventWriter;
import kshot.simplex.CodeStatistics;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.train.SupernetTrainer;
import kshot.train.TrainingStep;

/**
 * Writes after each epoch for TensorBoard what training has done to the codes of some random architectures: {@code codes/entropy},
 * {@code spread}, {@code drift} and {@code common}, see {@link CodeStatistics}.
 */
final class CodeLog implements TrainingStep.Listener {
    private static final int ARCHITECTURES = 200;

    private final SupernetTrainer trainer;
    private final EventWriter events;
    private final long stepsPerEpoch;
    private final List<Architecture> architectures;
    private final List<SimplexCode> start;

    /** A log of a training that begins or goes on now. */
    CodeLog(RunContext context, SupernetTrainer trainer, EventWriter events) {
        this.trainer = trainer;
        this.events = events;
        this.stepsPerEpoch = trainer.steps() / context.settings().supernet().epochs();
        RandomGenerator random = context.seed().generator("logged codes");
        this.architectures = Stream.generate(() -> context.supernetSpace().sample(random))
                .limit(ARCHITECTURES)
                .toList();
        this.start = TrainedSupernets.initialCodes(context, architectures);
    }

    @Override
    public void onStep(TrainingStep step) {
        if ((step.step() + 1) % stepsPerEpoch != 0) {
            return;
        }
        List<SimplexCode> now =
                architectures.stream().map(trainer.mixture().codes()).toList();
        CodeStatistics statistics = CodeStatistics.of(start, now);
        events.scalar("codes/entropy", step.step(), statistics.relativeEntropy());
        events.scalar("codes/spread", step.step(), statistics.spread());
        events.scalar("codes/drift", step.step(), statistics.drift());
        events.scalar("codes/common", step.step(), statistics.common());
    }
}
