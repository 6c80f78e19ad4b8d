package kshot.app.cli;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import kshot.app.terminal.Console;
import kshot.run.Run;
import kshot.run.evaluate.Evaluations;
import kshot.run.settings.Predictors;
import kshot.run.store.EvaluationSetup.Codes;
import kshot.run.team.Team;
import kshot.search.Evaluation;
import kshot.search.Scores;
import kshot.simplex.SimplexCode;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kshot evaluate}: architectures under the trained supernets of a run. */
@Command(name = "evaluate", description = "Accuracy of given architectures under the trained supernets of a run.")
final class EvaluateCommand implements Callable<Integer> {
    @Option(names = "--run", paramLabel = "DIR", required = true, description = "Directory of a run.")
    private Path directory;

    @Option(names = "--archs", paramLabel = "FILE", required = true, description = "Architectures, one a line.")
    private Path archs;

    @Option(
            names = "--predictors",
            paramLabel = "LIST",
            split = ",",
            completionCandidates = PredictorNames.class,
            description =
                    "What scores them, with commas between: ${COMPLETION-CANDIDATES}. Default: what the run searches by.")
    private @Nullable List<String> predictors;

    @Mixin
    private RanksOptions ranks = new RanksOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Console console = Console.ofProcess();
        return ranks.share(console, (place, team) -> evaluate(console, team), settings -> settings);
    }

    private void evaluate(Console console, Team team) throws IOException {
        try (Run run = Run.open(directory, console, team)) {
            List<Architecture> architectures =
                    ArchitectureFile.read(run.context().space(), archs);
            List<String> asked = predictors == null
                    ? run.context().settings().search().score()
                    : Predictors.requireKnown("--predictors", predictors);
            try (Evaluations evaluations = Evaluations.open(run, asked)) {
                evaluations.each(
                        architectures,
                        Codes.LEARNED,
                        e -> spec.commandLine()
                                .getOut()
                                .println(Json.line(
                                        Line.of(run.context().space(), e, evaluations.code(e.architecture())))));
            }
        }
    }

    /** An evaluated architecture in JSON. */
    private record Line(
            String arch,
            @JsonAnyGetter Map<String, Double> scores,
            long flops,
            long liveFlops,
            long params,
            List<Float> code) {
        static Line of(SearchSpace space, Evaluation e, SimplexCode code) {
            return new Line(
                    space.format(e.architecture()),
                    withoutCosts(e.scores().byName()),
                    e.cost().flops(),
                    e.cost().liveFlops(),
                    e.cost().parameters(),
                    toList(code.toArray()));
        }

        /** Costs stand beside the scores, as the integers that they are. */
        private static Map<String, Double> withoutCosts(Map<String, Double> scores) {
            Map<String, Double> others = new LinkedHashMap<>(scores);
            others.keySet().removeAll(List.of(Scores.FLOPS, Scores.LIVE_FLOPS, Scores.PARAMETERS));
            return others;
        }

        private static List<Float> toList(float[] values) {
            List<Float> list = new ArrayList<>();
            for (float value : values) {
                list.add(value);
            }
            return list;
        }
    }
}
