package kshot.run.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.run.Run;
import kshot.run.RunContext;
import kshot.run.latency.LatencyTables;
import kshot.run.latency.MeasuredTable;
import kshot.run.settings.Settings.LimitSettings;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunMetadata.FittedYardstick;
import kshot.space.Limit;
import kshot.space.Limits;
import kshot.space.shipped.Yardstick;

/**
 * The yardsticks of a run, each as wide as its limits allow. Without any limit, and where time is limited on another machine,
 * they may have as many FLOPs as the winner.
 * They are fitted once, as latency is measured, and another measurement would give another width.
 */
final class FittedYardsticks {
    private FittedYardsticks() {}

    static List<Contestant.Scaled> of(Run run) {
        RunContext context = run.context();
        List<FittedYardstick> fitted = run.store().get(RunMetadata.YARDSTICKS).orElseGet(() -> fit(run));
        List<Contestant.Scaled> contestants = new ArrayList<>();
        for (Yardstick yardstick : Yardstick.values()) {
            fitted.stream()
                    .filter(f -> f.name().equals(yardstick.label()))
                    .flatMap(f -> Optional.ofNullable(f.width()).stream())
                    .map(width -> new Contestant.Scaled(
                            yardstick,
                            width,
                            context.space().input(),
                            context.space().classes()))
                    .forEach(contestants::add);
        }
        return contestants;
    }

    private static List<FittedYardstick> fit(Run run) {
        RunContext context = run.context();
        Limits limits = limits(context, context.space().network(Comparison.winner(context, run.store())));
        List<FittedYardstick> fitted = new ArrayList<>();
        context.latency()
                .flatMap(MeasuredTable::machine)
                .ifPresent(machine -> run.listener()
                        .say("MobileNetV2 and ResNet-8 cannot be timed on " + machine
                                + ": they may have as many FLOPs as the winner"));
        for (Yardstick yardstick : Yardstick.values()) {
            FittedYardstick one = fit(
                    yardstick, limits, context.space().input(), context.space().classes());
            if (one.problem() != null) {
                run.listener().say(yardstick.title() + " is left out of the comparison: " + one.problem());
            }
            fitted.add(one);
        }
        run.store().put(RunMetadata.YARDSTICKS, fitted);
        return fitted;
    }

    static FittedYardstick fit(Yardstick yardstick, Limits limits, FeatureShape input, int classes) {
        OptionalDouble width = yardstick.widest(input, classes, limits::allow);
        return width.isPresent()
                ? new FittedYardstick(yardstick.label(), width.getAsDouble(), null)
                : new FittedYardstick(yardstick.label(), null, problem(limits, yardstick.narrowest(input, classes)));
    }

    private static String problem(Limits limits, Network narrowest) {
        Limit limit = limits.all().stream()
                .filter(l -> !l.allows(narrowest))
                .findFirst()
                .orElseThrow();
        return "even its narrowest network has " + limit.text(limit.cost().applyAsLong(narrowest)) + " " + limit.unit()
                + ", and " + limit.name() + " is " + limit.text(limit.most());
    }

    /**
     * A network is not in the run's table of latencies, so it is measured as a whole: that is what the table predicts. On another
     * machine it can't be, and the FLOPs of the winner stand for its time.
     */
    static Limits limits(RunContext context, Network winner) {
        LimitSettings settings = context.settings().limits();
        Limits limits = settings.limits(null);
        if (context.latency().flatMap(MeasuredTable::machine).isPresent()) {
            long flops = Cost.of(winner).flops();
            return limits.withMaxFlops(settings.maxFlops() == null ? flops : Math.min(flops, settings.maxFlops()));
        }
        if (settings.maxLatencyMs() != null) {
            return limits.and(LatencyTables.measuredLimit(settings.maxLatencyMs(), settings.latencyThreads()));
        }
        return limits.all().stream().anyMatch(Limit::isSet)
                ? limits
                : limits.withMaxFlops(Cost.of(winner).flops());
    }
}
