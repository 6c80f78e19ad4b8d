package kshot.app.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.ranks.LostRankException;
import kshot.run.progress.StoppedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code kshot}: holds the others, and what all of them share. */
@Command(
        name = "kshot",
        description = "Neural architecture search by K-shot weight sharing.",
        mixinStandardHelpOptions = true,
        versionProvider = KshotCommand.Version.class,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        usageHelpAutoWidth = true,
        subcommands = {
            RunCommand.class,
            StepCommands.Train.class,
            StepCommands.Search.class,
            StepCommands.Finalists.class,
            StepCommands.Retrain.class,
            StepCommands.Export.class,
            StepCommands.Report.class,
            DataCommand.class,
            SpacesCommand.class,
            DescribeCommand.class,
            PredictCommand.class,
            EvaluateCommand.class,
            RankCommand.class,
            StudyCommand.class,
            BenchCommand.class,
            DoctorCommand.class
        })
public final class KshotCommand implements Runnable {
    /** The exit code of a failure. */
    static final int FAILURE = 1;

    private static final int WRONG_INPUT = 2;
    private static final int LONGEST_MESSAGE = 1000;

    @Option(names = "--verbose", description = "Show the stack trace of an error.", scope = ScopeType.INHERIT)
    private boolean verbose;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs a command line. */
    public static int execute(String[] args, PrintWriter out, PrintWriter err) {
        KshotCommand root = new KshotCommand();
        CommandLine line = new CommandLine(root)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, command, parsed) -> report(exception, command, root.verbose))
                .setParameterExceptionHandler((exception, unused) -> {
                    err.println("kshot: " + oneLine(String.valueOf(exception.getMessage())) + hint(exception));
                    return WRONG_INPUT;
                });
        try {
            return line.execute(args);
        } catch (ExceptionInInitializerError e) { // of a class that loads a native library
            if (e.getCause() instanceof Exception cause) {
                return report(cause, line, root.verbose);
            }
            throw e;
        }
    }

    private static int report(Exception exception, CommandLine command, boolean verbose) {
        boolean stopped = exception instanceof StoppedException;
        boolean wrongInput = exception instanceof InvalidInputException;
        String message = exception.getMessage() == null ? exception.toString() : exception.getMessage();
        PrintWriter err = command.getErr();
        err.println("kshot: " + oneLine(message) + howToGoOn(exception, command)
                + (stopped || wrongInput || verbose ? "" : " (--verbose shows where)"));
        if (verbose) {
            exception.printStackTrace(err);
        }
        return exitCode(exception);
    }

    /** Returns the exit code of a command that ends with an error. */
    static int exitCode(Exception exception) {
        if (exception instanceof StoppedException stop) {
            return stop.exitCode();
        }
        return exception instanceof InvalidInputException ? WRONG_INPUT : FAILURE;
    }

    /**
     * Says that another rank has ended the job of a command.
     *
     * @param code with which this process ends, too
     */
    static void reportEnd(int code, String cause, CommandLine command) {
        command.getErr().println("kshot: " + oneLine(cause) + (code == FAILURE ? howToGoOn(command) : ""));
    }

    /** After an interruption, and where the disk was full or failed. */
    private static String howToGoOn(Exception exception, CommandLine command) {
        boolean canGoOn = exception instanceof StoppedException
                || exception instanceof IOException
                || exception instanceof LostRankException
                || exception instanceof UncheckedIOException;
        return canGoOn ? howToGoOn(command) : "";
    }

    private static String howToGoOn(CommandLine command) {
        return command.getCommand() instanceof Resumable begun && begun.commandToGoOn() != null
                ? "; what is done is saved, and this goes on with it: kshot " + begun.commandToGoOn()
                : "";
    }

    /** Messages name what stands in files: it must neither fill the terminal nor control it. */
    private static String oneLine(String message) {
        String start = message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "...";
        return printable(start.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    /** Returns a text in which no character controls the terminal. */
    static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }

    private static String hint(CommandLine.ParameterException exception) {
        if (exception instanceof CommandLine.UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                return "; did you mean " + String.join(" or ", suggestions) + "?";
            }
        }
        return "; see '" + exception.getCommandLine().getCommandSpec().qualifiedName() + " --help'";
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
    }

    /** Version of this build. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = KshotCommand.class.getPackage().getImplementationVersion();
            return new String[] {"kshot " + (version == null ? "development" : version)};
        }
    }
}
