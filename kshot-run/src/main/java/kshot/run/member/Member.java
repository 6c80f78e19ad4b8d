package kshot.run.member;

import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import kshot.execute.Executor;
import kshot.predict.JacobianCovariance;
import kshot.predict.SupernetEvaluator;
import kshot.ranks.Links;
import kshot.run.RunContext;
import kshot.run.evaluate.StandaloneRecipe;
import kshot.run.evaluate.StandaloneTrainings;
import kshot.run.evaluate.TrainedSupernets;
import kshot.run.evaluate.UntrainedEvaluations;
import kshot.run.pipeline.Retraining;
import kshot.run.pipeline.TrainStep;
import kshot.run.progress.RunListener;
import kshot.run.settings.SettingsTree;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.run.team.Assignment;
import kshot.run.team.Team;
import kshot.search.Evaluator;
import kshot.space.Architecture;
import kshot.tensor.Collective;
import kshot.tensor.Device;
import kshot.tensor.GroupCollective;
import kshot.tensor.LibTorch;
import kshot.tensor.ParallelPasses;
import kshot.train.DivergenceException;
import kshot.train.Training;
import kshot.weights.SupernetMixture;
import org.jspecify.annotations.Nullable;

/**
 * A rank that helps rank 0 with a run: it does what is assigned to it, until the job ends. It neither reads nor writes the directory of
 * the run, which need not be there.
 */
public final class Member implements AutoCloseable {
    private final Links links;
    private final UnaryOperator<SettingsTree> given;
    private Collective collective = Collective.ALONE;
    private @Nullable RunContext context;
    private @Nullable TrainedSupernets supernets;
    private @Nullable SupernetEvaluator evaluator;
    private @Nullable Executor untrainedExecutor;
    private @Nullable JacobianCovariance untrained;

    /**
     * A rank that has nothing to do yet.
     *
     * @param given lays over the settings of rank 0 what this rank was told; they have to agree
     */
    public Member(Links links, UnaryOperator<SettingsTree> given) {
        this.links = links;
        this.given = given;
    }

    /**
     * Does the next assignment, and waits for it before.
     *
     * @throws kshot.ranks.LostRankException if the job ends
     */
    public void work() {
        Assignment next = Assignment.JSON.readValue(links.receive(0), Assignment.class);
        if (next instanceof Assignment.Prepare work) {
            prepare(work);
        } else if (next instanceof Assignment.TrainSupernets) {
            train(TrainStep.trainer(context(), collective));
        } else if (next instanceof Assignment.Retrain work) {
            train(Retraining.retrainer(context(), work, collective));
        } else if (next instanceof Assignment.LoadSupernets work) {
            load(work.snapshots());
        } else if (next instanceof Assignment.ScoreArchitectures work) {
            score(work);
        } else if (next instanceof Assignment.ScoreUntrained work) {
            answer(work.architectures(), untrained());
        } else if (next instanceof Assignment.TrainAlone work) {
            trainAlone(work);
        } else {
            release();
        }
    }

    private void prepare(Assignment.Prepare work) {
        SettingsTree settings = SettingsTree.of(work.settings());
        SettingsTree own = given.apply(settings.copy());
        own.requireAgreement(settings, "given", "on rank 0");
        settings.setText("data.source", own.required("data.source"));
        settings.set("threads", "0".equals(own.text("threads")) ? "" + threads() : own.required("threads"));
        settings.setText(
                "device",
                new Device(settings.required("device"))
                        .ofRank(links.ranks().localRank())
                        .name());
        context = RunContext.ofMember(settings, work.fingerprint());
        links.send(0, Team.READY);
        collective = GroupCollective.of(links, Team.LONGEST_STEP);
    }

    private int threads() {
        return links.ranks().share(Runtime.getRuntime().availableProcessors());
    }

    private RunContext context() {
        return Objects.requireNonNull(context, "an assignment before the settings");
    }

    /** Trains to the end. Rank 0 alone rests, saves and talks; whoever diverges goes back to what it has loaded. */
    private static void train(Training begun) {
        try (Training training = begun) {
            training.share();
            while (training.step() < training.steps()) {
                try {
                    training.train(() -> false, step -> {});
                } catch (DivergenceException e) {
                    training.share();
                    training.halveRate();
                }
            }
        }
    }

    private void load(int snapshots) {
        release();
        TrainedSupernets received = TrainedSupernets.receive(context(), snapshots, collective);
        supernets = received;
        evaluator = TrainedSupernets.evaluator(context(), received.executor());
    }

    private void score(Assignment.ScoreArchitectures work) {
        SupernetMixture mixture = Objects.requireNonNull(supernets, "a score before the supernets")
                .mixture(context(), work.snapshot(), work.codes() == Codes.UNIFORM);
        answer(work.architectures(), Objects.requireNonNull(evaluator).under(List.of(mixture)));
    }

    private void answer(List<String> architectures, Evaluator own) {
        own.evaluate(parse(architectures), evaluation -> answer(Assignment.Answer.of(evaluation.scores())));
    }

    private void answer(Assignment.Answer answer) {
        links.send(0, Assignment.JSON.writeValueAsString(answer));
    }

    private List<Architecture> parse(List<String> architectures) {
        return architectures.stream().map(context().space()::parse).toList();
    }

    /** Returns what scores untrained networks; it keeps its images until the job ends. */
    private JacobianCovariance untrained() {
        if (untrained == null) {
            untrainedExecutor = UntrainedEvaluations.executor(context());
            untrained = UntrainedEvaluations.jacov(context(), untrainedExecutor, RunListener.NONE);
        }
        return untrained;
    }

    private void trainAlone(Assignment.TrainAlone work) {
        StandaloneRecipe recipe = StandaloneRecipe.of(context(), work.setup(), RunListener.NONE);
        List<Architecture> architectures = parse(work.architectures());
        try (ParallelPasses streams = new ParallelPasses(LibTorch.threads())) {
            streams.run(
                    architectures.size(),
                    i -> StandaloneTrainings.ofMember(recipe, architectures.get(i)),
                    this::answer);
        }
    }

    private void release() {
        if (evaluator != null) {
            evaluator.close();
            evaluator = null;
        }
        if (supernets != null) {
            supernets.close();
            supernets = null;
        }
    }

    @Override
    public void close() {
        release();
        if (untrained != null) {
            untrained.close();
        }
        if (untrainedExecutor != null) {
            untrainedExecutor.close();
        }
        collective.close();
    }
}
