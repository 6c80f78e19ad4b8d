package kshot.app.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import kshot.app.ranks.LocalRanks;
import kshot.app.ranks.RankJob;
import kshot.app.terminal.Console;
import kshot.app.terminal.StandardOutput;
import kshot.app.terminal.StopSignals;
import kshot.common.InvalidInputException;
import kshot.common.Range;
import kshot.ranks.Links;
import kshot.ranks.Ranks;
import kshot.run.member.Member;
import kshot.run.settings.SettingsTree;
import kshot.run.team.Team;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of a command whose work several processes share, and how each of these does its part. */
final class RanksOptions {
    @Option(
            names = "--ranks",
            paramLabel = "N",
            description =
                    "Processes of this machine that share the work. A launcher such as torchrun says it by itself.")
    private @Nullable Integer ranks;

    @Option(
            names = "--rank-timeout",
            paramLabel = "SECONDS",
            description = "Time after which a rank without a sign of life is given up. Default: ${DEFAULT-VALUE}.",
            defaultValue = "60")
    private int timeout;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    private boolean startsOthers;

    /** The work of one rank in a job. */
    @FunctionalInterface
    interface Work {
        /** Does it, connected to other ranks. */
        void run(Links links) throws IOException;
    }

    /** Returns the place of this process: what a launcher says, or the first of several on this machine. */
    Ranks place() throws IOException {
        Range.atLeast(1).require("--rank-timeout", timeout);
        Ranks launched = Ranks.of(System.getenv());
        if (ranks == null) {
            return launched;
        }
        Range.atLeast(1).atMost(1000).require("--ranks", ranks);
        InvalidInputException.require(
                launched.isAlone() || launched.size() == ranks,
                "--ranks",
                ranks,
                launched.size() + ", as many as the launcher has started");
        startsOthers = launched.isAlone() && ranks > 1;
        return startsOthers ? Ranks.onThisMachine(ranks, LocalRanks.freePort()) : launched;
    }

    /** Returns the option that brings as many ranks into a command that goes on; empty where a launcher does. */
    String option() {
        return startsOthers ? " --ranks " + ranks : "";
    }

    /** The work of rank 0 on a run. */
    @FunctionalInterface
    interface WorkOnRun {
        /** Does it, alone or with others. */
        void run(Ranks place, Team team) throws IOException;
    }

    /**
     * Does the work of this rank on a run: rank 0 opens it and works, the others help.
     *
     * @param given lays over the settings of rank 0 what another rank was told
     */
    int share(Console console, WorkOnRun work, UnaryOperator<SettingsTree> given) throws IOException {
        Ranks place = place();
        if (place.isAlone()) {
            work.run(place, Team.ALONE);
            return CommandLine.ExitCode.OK;
        }
        return place.isLead()
                ? lead(place, console, links -> {
                    try (Team team = Team.of(links)) {
                        work.run(place, team);
                    }
                })
                : help(place, links -> {
                    try (Member member = new Member(links, given)) {
                        while (true) {
                            member.work();
                        }
                    }
                });
    }

    /** Does the work of rank 0, which prints its results, and ends the job. */
    int lead(Ranks place, Console console, Work work) throws IOException {
        try (StandardOutput output = StandardOutput.taken();
                LocalRanks others = startsOthers ? LocalRanks.start(place, spec) : LocalRanks.NONE;
                Links links = connect(place, others)) {
            spec.commandLine().setOut(output.writer());
            links.onWish(signal -> console.stop().request(signal));
            job(links).run(() -> work.run(links));
        }
        return CommandLine.ExitCode.OK;
    }

    /** Does what rank 0 wants of another rank, again and again until the job ends; says nothing that rank 0 says. */
    int help(Ranks place, Work work) throws IOException {
        StandardOutput.silence();
        try (Links links = connect(place, LocalRanks.starter());
                StopSignals signals = StopSignals.handTo(links::wish, Console.ofProcess())) {
            try {
                job(links).run(() -> work.run(links));
            } catch (RuntimeException | IOException e) {
                if (place.localSize() == place.size()) {
                    return KshotCommand.exitCode(e);
                }
                throw e;
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private Links connect(Ranks place, LocalRanks others) throws IOException {
        others.onEarlyEnd(rank -> {
            KshotCommand.reportEnd(
                    KshotCommand.FAILURE, "rank " + rank + " has ended at its start", spec.commandLine());
            Runtime.getRuntime().halt(KshotCommand.FAILURE);
        });
        Links links = RankJob.connect(place, Duration.ofSeconds(timeout));
        others.haveMet();
        return links;
    }

    private RankJob job(Links links) {
        return new RankJob(
                links,
                ending -> KshotCommand.reportEnd(ending.code(), ending.cause(), spec.commandLine()),
                KshotCommand::exitCode);
    }
}
