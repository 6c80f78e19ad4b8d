package kshot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher, with a program in the place of Java that prints its environment and its arguments. Some machines are made up
 * in name spaces of their own, as a container has them; where the system forbids these, their tests are skipped.
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
    private Output run(Map<String, String> environment, String... prefix) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of(launcher.toString(), "run", "two words"));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(workplace.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().put("HOME", home.toString());
        builder.environment().put("JAVA_HOME", folder.resolve("my jdk").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Output(process.waitFor(), printed.lines().toList());
    }

    /** Runs a script as the root of a user name space with mounts of its own, and then the launcher. */
    private Output runAfter(String script, Map<String, String> environment) throws IOException, InterruptedException {
        String[] inside = {
            "unshare", "--user", "--map-root-user", "--mount", "sh", "-ec", script + "\nexec \"$@\"", "sh"
        };
        Process possible = new ProcessBuilder(
                        "unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "t", "/mnt")
                .start();
        assumeThat(possible.waitFor())
                .as("exit code of a mount in a name space")
                .isZero();
        return run(environment, inside);
    }

    @Test
    void pathsAndArgumentsMayHaveSpacesAndLettersBeyondAscii() throws Exception {
        Output output = run(Map.of());
        assertThat(output.arguments(""))
                .endsWith("-jar", launcher.resolveSibling("kshot-app.jar").toString(), "run", "two words");
        assertThat(output.code).isZero();
        assertThat(output.lines).contains("ORT_DISABLE_TELEMETRY=1", "OPENBLAS_NUM_THREADS=1");
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

    /** A machine of 16 GiB and its control groups: MiB of the inner and the outer one, 0 for no limit; MiB of the heap. */
    @ParameterizedTest
    @CsvSource({"0, 0, 4096", "2048, 0, 512", "4096, 1000, 250", "32768, 0, 4096"})
    void theHeapIsAQuarterOfWhatTheContainerMayUse(long inner, long outer, long heap) throws Exception {
        String version2 = group(2, "memory.max", limit(inner, "max"), limit(outer, "max"));
        String version1 = group(1, "memory.limit_in_bytes", limit(inner, UNLIMITED), limit(outer, UNLIMITED));
        for (String script : List.of(version1, version2)) {
            assertThat(runAfter(script, Map.of()).arguments("-Xmx")).as(script).containsExactly("-Xmx" + heap + "m");
        }
    }

    private static final String UNLIMITED = "9223372036854771712";

    private static String limit(long mebibytes, String none) {
        return mebibytes == 0 ? none : "" + (mebibytes << 20);
    }

    /** The process is in the group {@code outer/in ner}. */
    private static String group(int version, String file, String inner, String outer) {
        String controller = file.replaceFirst("\\..*", "");
        String root = version == 1 ? "/sys/fs/cgroup/" + controller : "/sys/fs/cgroup";
        String line = version == 1 ? "4:x," + controller + ":" : "0::";
        return String.join(
                "\n",
                "mount -t tmpfs t /sys/fs/cgroup",
                "mkdir -p '" + root + "/outer/in ner'",
                "echo '" + outer + "' > " + root + "/outer/" + file,
                "echo '" + inner + "' > '" + root + "/outer/in ner/" + file + "'",
                "mount -t tmpfs t /proc",
                "mkdir /proc/self",
                "echo 'MemTotal:       16777216 kB' > /proc/meminfo",
                "echo '" + line + "/outer/in ner' > /proc/self/cgroup");
    }

    /** Java 17 sees the group of the process and none around it. */
    @Test
    void theProcessorsAreThoseOfTheOutermostContainer() throws Exception {
        String nested = group(2, "cpu.max", "max 100000", "50000 100000");
        String wide = group(2, "cpu.max", "max 100000", "900000000 100000");
        String version1 = group(1, "cpu.cfs_quota_us", "-1", "50000")
                + "\necho 100000 | tee /sys/fs/cgroup/cpu/outer/cpu.cfs_period_us > /sys/fs/cgroup/cpu/outer/in\\ ner/cpu.cfs_period_us";
        assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
        String option = "-XX:ActiveProcessorCount=";
        assertThat(runAfter(nested, Map.of()).arguments(option)).containsExactly(option + 1);
        assertThat(runAfter(version1, Map.of()).arguments(option)).containsExactly(option + 1);
        assertThat(runAfter(wide, Map.of()).arguments(option)).isEmpty();
        assertThat(runAfter(nested, Map.of("JAVA_TOOL_OPTIONS", option + 3)).arguments(option))
                .isEmpty();
    }

    @Test
    void theCacheIsInTheHome() throws Exception {
        Output output = run(Map.of());
        assertThat(output.lines)
                .contains(
                        "XDG_CACHE_HOME=" + home + "/.cache",
                        "argument -Duser.home=" + home,
                        "argument -Dorg.bytedeco.javacpp.cachedir=" + home + "/.cache/kshot/javacpp");
        assertThat(output.arguments("-Djava.io.tmpdir")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/proc", "relative"})
    void withoutAHomeTheCacheIsATemporaryFolderOfTheUser(String noHome) throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("my tmp"));
        Output output = run(Map.of("HOME", noHome, "XDG_CACHE_HOME", "relative", "TMPDIR", temporary.toString()));
        Path cache = Path.of(output.lines.stream()
                .filter(line -> line.startsWith("XDG_CACHE_HOME="))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".*?=", ""));
        assertThat(cache.getParent()).isEqualTo(temporary);
        assertThat(Files.getPosixFilePermissions(cache)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(output.arguments("-D"))
                .contains(
                        "-Dorg.bytedeco.javacpp.cachedir=" + cache + "/kshot/javacpp",
                        "-Duser.home=" + (noHome.startsWith("/p") ? noHome : "/dev/null"),
                        "-Djava.io.tmpdir=" + temporary);
        assertThat(workplace).isEmptyDirectory();
    }

    @Test
    void aTemporaryFolderOfSomebodyElseIsNoCache() throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        Path theirs = Files.createDirectories(folder.resolve("theirs"));
        Process id = new ProcessBuilder("id", "-u").start();
        String user = new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        Files.createSymbolicLink(temporary.resolve("kshot-" + user), theirs);
        Output output = run(Map.of("HOME", "/proc", "TMPDIR", temporary.toString()));
        assertThat(output.code).isZero();
        assertThat(output.lines).noneMatch(line -> line.startsWith("XDG_CACHE_HOME="));
    }

    @Test
    void nativesGoWhereTheyMayBeExecuted() throws Exception {
        String noexec = "mount -t tmpfs -o noexec t '" + workplace + "'";
        String natives = home + "/.cache/kshot";
        Output output =
                runAfter(noexec, Map.of("TMPDIR", workplace.toString(), "XDG_CACHE_HOME", workplace + "/cache"));
        assertThat(output.lines)
                .contains(
                        "XDG_CACHE_HOME=" + workplace + "/cache",
                        "argument -Dorg.bytedeco.javacpp.cachedir=" + natives + "/javacpp",
                        "argument -Djava.io.tmpdir=" + natives + "/tmp");
    }

    /** Makes the archive a checkout that was built at a time after its sources, or before. */
    private void checkout(boolean newerSources) throws IOException {
        Path root = launcher.resolveSibling("pom.xml");
        Path stamp = launcher.resolveSibling("kshot-app/target/lib/.built");
        Files.createDirectories(stamp.getParent());
        Files.createFile(root);
        Files.createFile(stamp);
        Files.createFile(launcher.resolveSibling("kshot-app/target/kshot-app.jar"));
        Files.setLastModifiedTime(stamp, FileTime.fromMillis(newerSources ? 0 : System.currentTimeMillis() + 10_000));
    }

    @Test
    void nothingIsWrittenToACheckoutThatIsBuilt() throws Exception {
        checkout(false);
        Output output = run(Map.of());
        assertThat(output.arguments("/"))
                .contains(launcher.resolveSibling("kshot-app/target/kshot-app.jar")
                        .toString());
        assertThat(launcher.resolveSibling(".kshot.lock")).doesNotExist();
    }

    @Test
    void aCheckoutThatCannotBeWrittenRunsAsItWasBuilt() throws Exception {
        checkout(true);
        String readOnly = "mount --bind '%1$s' '%1$s'\nmount -o remount,bind,ro '%1$s'".formatted(launcher.getParent());
        Output built = runAfter(readOnly, Map.of());
        assertThat(built.code).isZero();
        assertThat(built.lines.get(0))
                .startsWith("kshot: " + launcher.getParent() + " cannot be written, so what was built");
        Files.delete(launcher.resolveSibling("kshot-app/target/kshot-app.jar"));
        Output unbuilt = runAfter(readOnly, Map.of());
        assertThat(unbuilt.code).isEqualTo(1);
        assertThat(unbuilt.lines).singleElement().asString().contains("nothing is built there");
    }

    @Test
    void aBuildIsDoneOnceWhereSourcesAreNewer() throws Exception {
        checkout(true);
        Path mvn = folder.resolve("bin/mvn");
        program(mvn, "#!/bin/sh\necho \"$PWD: $*\" >> '" + folder + "/builds'\n");
        Map<String, String> path = Map.of("PATH", mvn.getParent() + ":" + System.getenv("PATH"));
        Files.setLastModifiedTime(launcher.resolveSibling("pom.xml"), FileTime.fromMillis(1000));
        assertThat(run(path).code).isZero();
        assertThat(run(path).code).isZero();
        assertThat(folder.resolve("builds"))
                .content()
                .startsWith(launcher.getParent() + ": ")
                .hasLineCount(1);
    }
}
