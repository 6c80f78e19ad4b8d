package kshot.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kshot.run.store.Retrained;
import kshot.run.store.RunStore;
import kshot.run.store.TrainingPoint;
import kshot.tensor.Cuda;
import kshot.tensor.Device;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs as a graphics card does them, against one by the kernels of the processor. */
class DeviceRunTest {
    @TempDir
    private static Path folder;

    private static TinyRun tiny;
    private static Path byKernels;

    @BeforeAll
    static void runByKernels() throws IOException {
        tiny = TinyRun.in(folder);
        byKernels = run("cpu");
    }

    private static Path run(String device, String... settings) {
        Path out = folder.resolve(device.replace(':', '-') + settings.length);
        List<String> arguments = new ArrayList<>(tiny.commandLine(out, settings));
        arguments.addAll(List.of("--device", device));
        CommandLineOutput output = CommandLineOutput.of(arguments.toArray(String[]::new));
        assertThat(output.exitCode()).as(output.err()).isZero();
        assertThat(out.resolve("model.onnx")).exists();
        return out;
    }

    private static void assumeUsable(String device) {
        if (new Device(device).isCard()) {
            Cuda.problem().ifPresent(problem -> Assumptions.abort("needs a graphics card: " + problem));
        }
    }

    /** The losses of supernets, simplex-net and retraining; the same architectures are drawn at each step. */
    @ParameterizedTest
    @CsvSource({"cpu-libtorch", "cuda"})
    void theSameLossesInFloat32(String device) {
        assumeUsable(device);
        Path out = run(device);
        try (RunStore here = RunStore.open(byKernels);
                RunStore there = RunStore.open(out)) {
            for (String stage : List.of(TrainingPoint.SUPERNET, TrainingPoint.SIMPLEX)) {
                List<TrainingPoint> expected = here.training(stage);
                List<TrainingPoint> points = there.training(stage);
                assertThat(points).hasSameSizeAs(expected);
                for (int i = 0; i < points.size(); i++) {
                    assertThat(points.get(i).loss()).isCloseTo(expected.get(i).loss(), within(2e-3));
                }
            }
            assertThat(accuracy(there)).isCloseTo(accuracy(here), within(0.2));
        }
    }

    @ParameterizedTest
    @CsvSource({"cpu-libtorch", "cuda"})
    void everythingIsDoneInBfloat16(String device) {
        assumeUsable(device);
        Path out = run(device, "supernet.precision=bfloat16", "retrain.precision=bfloat16");
        try (RunStore here = RunStore.open(byKernels);
                RunStore there = RunStore.open(out)) {
            List<TrainingPoint> expected = here.training(TrainingPoint.SUPERNET);
            List<TrainingPoint> points = there.training(TrainingPoint.SUPERNET);
            assertThat(points).hasSameSizeAs(expected);
            assertThat(points.get(0).loss()).isCloseTo(expected.get(0).loss(), within(0.05));
            assertThat(accuracy(there)).isCloseTo(accuracy(here), within(0.3));
        }
    }

    private static double accuracy(RunStore store) {
        return store.retrained().stream()
                .mapToDouble(Retrained::meanTestAccuracy)
                .max()
                .orElseThrow();
    }

    @Test
    void aCardThatIsMissingIsSaidInOneLine() {
        String problem = Cuda.problem().orElse(null);
        Assumptions.assumeTrue(problem != null, "needs a machine without a graphics card");
        CommandLineOutput output = CommandLineOutput.of("run", "--device", "cuda", "--data", "/no/such/folder");
        assertThat(output.refusal().strip())
                .isEqualTo("kshot: device: cuda is not allowed; allowed: cpu, as " + problem);
        CommandLineOutput bench = CommandLineOutput.of("bench", "step", "--device", "cuda");
        assertThat(bench.refusal().strip())
                .isEqualTo("kshot: --device: cuda is not allowed; allowed: cpu, as " + problem);
    }
}
