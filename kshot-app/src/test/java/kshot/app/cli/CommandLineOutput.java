package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command line printed, run in this process. */
record CommandLineOutput(int exitCode, String out, String err) {
    static CommandLineOutput of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = KshotCommand.execute(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
        return new CommandLineOutput(exitCode, out.toString(), err.toString());
    }

    /** Standard output of a command that has to succeed. */
    String success() {
        assertThat(err).isEmpty();
        assertThat(exitCode).isZero();
        return out;
    }

    /** Standard error of a command that has to refuse its input. */
    String refusal() {
        assertThat(out).isEmpty();
        assertThat(exitCode).isEqualTo(2);
        return err;
    }
}
