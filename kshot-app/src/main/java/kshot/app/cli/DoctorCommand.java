package kshot.app.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import kshot.app.doctor.Doctor;
import kshot.app.doctor.Finding;
import kshot.app.terminal.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kshot doctor}: what the machine is, what kshot will use of it, and what is wrong with it. */
@Command(
        name = "doctor",
        description = "Check this machine: libraries, memory, folders and speed. Add its output to a bug report.")
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<Finding> findings = Doctor.examine(Console.ofProcess());
        spec.commandLine().getOut().println(json ? Json.document(new Document(version(), findings)) : text(findings));
        return findings.stream().anyMatch(Finding::fatal) ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private record Document(String version, List<Finding> findings) {}

    private static String version() {
        return new KshotCommand.Version().getVersion()[0];
    }

    private static String text(List<Finding> findings) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("version", version());
        findings.forEach(finding -> rows.put(finding.name(), finding.value()));
        StringBuilder text = new StringBuilder(Rows.table(rows));
        List<Finding> wrong =
                findings.stream().filter(finding -> finding.advice() != null).toList();
        wrong.forEach(finding -> text.append(System.lineSeparator())
                .append(finding.name())
                .append(": ")
                .append(KshotCommand.printable(Objects.requireNonNull(finding.advice()))));
        if (wrong.isEmpty()) {
            text.append(System.lineSeparator()).append("nothing is wrong");
        }
        return text.toString();
    }
}
