package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kshot.run.settings.SettingsTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RunCommandTest {
    private static SettingsTree settings(String... arguments) {
        return CommandLine.populateCommand(new RunCommand(), arguments).settings();
    }

    /** The preset {@code smoke} has lines of its own for {@code nas-bench-201}. */
    @Test
    void thePresetKnowsTheSpaceHoweverItIsNamed(@TempDir Path folder) throws IOException {
        SettingsTree byOption = settings("--preset", "smoke", "--space", "nas-bench-201");
        assertThat(byOption.text("space.supernet_cells")).isEqualTo("1");
        assertThat(byOption.text("space.supernet_channels")).isEqualTo("8");
        assertThat(settings("--preset", "smoke", "--set", "space.name=nas-bench-201")
                        .toYaml())
                .isEqualTo(byOption.toYaml());
        Path file = Files.writeString(folder.resolve("mine.yaml"), "space: {name: nas-bench-201}\n");
        assertThat(settings("--preset", "smoke", "--config", file.toString()).toYaml())
                .isEqualTo(byOption.toYaml());
        assertThat(settings("--preset", "smoke").text("space.supernet_cells")).isNull();
    }

    @Test
    void optionsLieOverSingleSettingsAndTheseOverTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), """
                space: {name: nas-bench-201, supernet_cells: 2}
                supernet: {k: 3, epochs: 5, groups: 4}
                """);
        SettingsTree settings = settings(
                "--preset",
                "smoke",
                "--config",
                file.toString(),
                "--set",
                "supernet.k=5",
                "--set",
                "supernet.epochs=6",
                "--k",
                "7");
        assertThat(settings.text("supernet.k")).isEqualTo("7");
        assertThat(settings.text("supernet.epochs")).isEqualTo("6");
        assertThat(settings.text("supernet.groups")).isEqualTo("4");
        assertThat(settings.text("space.supernet_cells")).isEqualTo("2");
        assertThat(settings.text("space.supernet_channels")).isEqualTo("8");
        SettingsTree another = settings(
                "--preset",
                "smoke",
                "--config",
                file.toString(),
                "--set",
                "space.name=nas-bench-201",
                "--space",
                "small");
        assertThat(another.text("space.name")).isEqualTo("small");
        assertThat(another.text("space.supernet_channels")).isNull();
    }
}
