package kshot.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher, with a program in the place of Java that prints its environment and its arguments.
 */
@EnabledOnOs(OS.LINUX)
class LauncherTest {
    private static final String FAKE_JAVA = "#!/bin/sh\nenv\nfor argument; do echo \"argument $argument\"; done\n";

    @TempDir
    private Path folder;

    private Path launcher;
    private Path home;
    private Path workplace;

    /** An unpacked archive, in a folder whose name needs quotes. */
    @BeforeEach
    void unpack() throws IOException {
        boolean unicode = "UTF-8".equals(System.getProperty("sun.jnu.encoding"));
        Path installed = Files.createDirectories(folder.resolve(unicode ? "my köshot" : "my kshot"));
        launcher = Files.copy(
                Path.of(System.getProperty("kshot.root"), "kshot"),
                installed.resolve("kshot"),
                StandardCopyOption.COPY_ATTRIBUTES);
        program(folder.resolve("my jdk/bin/java"), FAKE_JAVA);
        home = Files.createDirectories(folder.resolve("my home"));
        workplace = Files.createDirectories(folder.resolve("workplace"));
    }

    private static void program(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.setPosixFilePermissions(Files.writeString(file, text), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Output(int code, List<String> lines) {
        List<String> arguments(String start) {
            return lines.stream()
                    .filter(line -> line.startsWith("argument " + start))
                    .map(line -> line.replaceFirst("argument ", ""))
                    .toList();
        }
    }

    /** Runs the launcher with nothing in the environment but what is given. */
    private Output run(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(launcher.toString(), "run", "two words")
                .directory(workplace.toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().put("HOME", home.toString());
        builder.environment().put("JAVA_HOME", folder.resolve("my jdk").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(process.waitFor(), printed.lines().toList());
    }

    @Test
    void pathsAndArgumentsMayHaveSpacesAndLettersBeyondAscii() throws Exception {
        Output output = run(Map.of());
        assertThat(output.arguments(""))
                .endsWith("-jar", launcher.resolveSibling("kshot-app.jar").toString(), "run", "two words");
        assertThat(output.code).isZero();
        assertThat(output.lines).contains("OPENBLAS_NUM_THREADS=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "C", "POSIX", "xx_XX.UTF-8"})
    void namesOfFilesAreInUtf8WithoutALocaleOfTheUser(String locale) throws Exception {
        assertThat(run(locale.isEmpty() ? Map.of() : Map.of("LC_ALL", locale)).lines)
                .contains("LC_ALL=C.UTF-8");
    }

    @Test
    void aLocaleWithUtf8Stays() throws Exception {
        assertThat(run(Map.of("LANG", "C.UTF-8")).lines).noneMatch(line -> line.startsWith("LC_ALL="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"KSHOT_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"})
    void theCollectorAndTheHeapOfTheUserCount(String variable) throws Exception {
        assertThat(run(Map.of(variable, "-XX:+UseStringDeduplication")).arguments("-"))
                .contains("-XX:+UseParallelGC")
                .anyMatch(option -> option.matches("-Xmx\\d+m"));
        assertThat(run(Map.of(variable, "-Dx=y -XX:+UseG1GC")).arguments("-"))
                .doesNotContain("-XX:+UseParallelGC")
                .anyMatch(option -> option.matches("-Xmx\\d+m"));
        for (String heap : List.of("-Xmx77m", "-XX:MaxRAMPercentage=50")) {
            assertThat(run(Map.of(variable, heap)).arguments("-"))
                    .contains("-XX:+UseParallelGC")
                    .noneMatch(option -> option.matches("-Xmx\\d+m") && !option.equals(heap));
        }
    }
}
