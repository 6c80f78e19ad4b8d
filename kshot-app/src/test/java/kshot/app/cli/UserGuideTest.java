package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the commands of {@code docs/user-guide.md} that stand there with what they print. */
class UserGuideTest {
    private static final Path ROOT = Path.of(System.getProperty("kshot.root", ".."));
    private static final Pattern EXAMPLE =
            Pattern.compile("```console\n[$] [.]/kshot ([^\n]*)\n(.*?)\n```", Pattern.DOTALL);

    static Stream<Arguments> examples() throws IOException {
        return EXAMPLE.matcher(Files.readString(ROOT.resolve("docs/user-guide.md")))
                .results()
                .map(example -> Arguments.of(example.group(1), example.group(2)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void printsWhatTheGuideSays(String command, String printed) {
        String[] arguments = Arrays.stream(command.split(" "))
                .map(word -> word.startsWith("docs/") ? ROOT.resolve(word).toString() : word)
                .toArray(String[]::new);
        assertThat(CommandLineOutput.of(arguments).success().strip()).isEqualTo(printed.strip());
    }
}
