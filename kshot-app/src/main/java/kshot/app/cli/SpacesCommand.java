package kshot.app.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kshot.space.Decision;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.study.result.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kshot spaces}: the shipped search spaces. */
@Command(name = "spaces", description = "List the shipped search spaces.")
final class SpacesCommand implements Callable<Integer> {
    @Option(names = "--json", description = "With all decisions, as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<SearchSpace> spaces = Spaces.shipped().stream().map(Spaces::named).toList();
        spec.commandLine()
                .getOut()
                .println(json ? Json.document(spaces.stream().map(SpaceJson::of).toList()) : table(spaces));
        return CommandLine.ExitCode.OK;
    }

    private record SpaceJson(String name, String size, List<DecisionJson> decisions) {
        static SpaceJson of(SearchSpace space) {
            return new SpaceJson(
                    space.name(),
                    space.size().toString(),
                    space.decisions().stream().map(DecisionJson::of).toList());
        }
    }

    private record DecisionJson(String name, Decision.Kind kind, List<String> options) {
        static DecisionJson of(Decision decision) {
            return new DecisionJson(decision.name(), decision.kind(), decision.options());
        }
    }

    private static String table(List<SearchSpace> spaces) {
        return Rows.table(Table.of(spaces)
                .text("space", SearchSpace::name)
                .column("architectures", SpacesCommand::size)
                .column("operations", space -> count(space, Decision.Kind.OPERATION))
                .column("widths", space -> count(space, Decision.Kind.WIDTH))
                .column("images", SearchSpace::input));
    }

    private static String size(SearchSpace space) {
        String digits = space.size().toString();
        return digits.length() <= 9
                ? String.format(Locale.ROOT, "%,d", space.size())
                : String.format(Locale.ROOT, "%.2e", space.size().doubleValue());
    }

    private static long count(SearchSpace space, Decision.Kind kind) {
        return space.decisions().stream().filter(d -> d.kind() == kind).count();
    }
}
