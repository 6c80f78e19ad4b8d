package kshot.app.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kshot.space.Decision;
import kshot.space.SearchSpace;
import kshot.space.Spaces;
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

    private record DecisionJson(String name, String kind, List<String> options) {
        static DecisionJson of(Decision decision) {
            return new DecisionJson(
                    decision.name(), decision.kind().name().toLowerCase(Locale.ROOT), decision.options());
        }
    }

    private static String table(List<SearchSpace> spaces) {
        return AsciiTable.getTable(
                spaces,
                List.of(
                        new Column()
                                .header("space")
                                .dataAlign(HorizontalAlign.LEFT)
                                .with(SearchSpace::name),
                        new Column().header("architectures").with(SpacesCommand::size),
                        new Column().header("operations").with(s -> "" + count(s, Decision.Kind.OPERATION)),
                        new Column().header("widths").with(s -> "" + count(s, Decision.Kind.WIDTH)),
                        new Column().header("images").with(s -> s.input().toString())));
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
