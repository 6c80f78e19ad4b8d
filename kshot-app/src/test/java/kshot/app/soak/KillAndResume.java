package kshot.app.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import kshot.app.Main;
import kshot.common.Seed;
import kshot.run.RunDirectory;
import kshot.run.store.EvaluatedArchitecture;
import kshot.run.store.Retrained;
import kshot.run.store.RunStore;
import kshot.run.store.TrainingPoint;
import kshot.testing.JavaProcess;
import kshot.testing.TinyRun;

/**
 * Kills a tiny run by SIGKILL at random moments, lets it go on, kills it again, and looks whether what comes out is what
 * comes out of a run that nobody disturbs: the same model to the byte, and the same rows in the store but for the times.
 * Nothing that the store held when it was killed may be computed twice. Of a run by several ranks each time one of them is killed, and
 * all others have to end by themselves.
 *
 * <p>{@code docs/architecture.md} says how to run it.
 */
public final class KillAndResume {
    private final Path folder;
    private final TinyRun tiny;
    private final int ranks;
    private final Consumer<String> log;

    private KillAndResume(Path folder, int ranks, Consumer<String> log) throws IOException {
        this.folder = folder;
        this.ranks = ranks;
        this.tiny = TinyRun.in(folder);
        this.log = log;
    }

    /**
     * Kills as often as the first argument says, at moments that follow from the second, the seed. The third is the number of ranks.
     *
     * @throws AssertionError if anything was lost
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int kills = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        int ranks = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
        run(Files.createTempDirectory("kill-and-resume"), kills, new Seed(seed), ranks, System.out::println);
    }

    /**
     * Kills so many times and finishes the last run.
     *
     * @param folder where everything goes
     * @param ranks that share the run
     * @param log hears of each kill
     */
    static void run(Path folder, int kills, Seed seed, int ranks, Consumer<String> log)
            throws IOException, InterruptedException {
        new KillAndResume(folder, ranks, log).run(kills, seed);
    }

    private void run(int kills, Seed seed) throws IOException, InterruptedException {
        Path calm = folder.resolve("undisturbed");
        long start = System.nanoTime();
        Process undisturbed = start(calm);
        while (undisturbed.isAlive() && !RunDirectory.isAt(calm)) {
            Thread.sleep(5);
        }
        long loading = System.nanoTime() - start;
        assertThat(undisturbed.waitFor()).as("exit code of the undisturbed run").isZero();
        long working = System.nanoTime() - start - loading;
        double pace = 1; // of a run now, relative to the undisturbed one: a machine may become quieter
        int killed = 0;
        int started = 0;
        for (int round = 0; killed < kills; round++) {
            Path out = folder.resolve("round-" + round);
            List<Rows> before = new ArrayList<>();
            boolean finished = false;
            while (!finished) {
                boolean fromTheStart = !RunDirectory.isAt(out);
                long begin = System.nanoTime();
                Process process = start(out);
                RandomGenerator random = seed.generator("kill", started++);
                double moment = random.nextDouble();
                if (killed < kills) {
                    finished = process.waitFor(Math.round(pace * (loading + moment * working)), TimeUnit.NANOSECONDS);
                    if (finished && fromTheStart) {
                        pace = Math.min(pace, (double) (System.nanoTime() - begin) / (loading + working));
                    }
                } else {
                    process.waitFor();
                    finished = true;
                }
                if (finished) {
                    assertThat(process.exitValue()).as("exit code in " + out).isZero();
                } else {
                    kill(process, random.nextInt(ranks));
                    killed++;
                    before.add(Rows.of(out));
                    log.accept(String.format(
                            "kill %d, in %s: %s", killed, out.getFileName(), before.get(before.size() - 1)));
                }
            }
            requireSame(out, calm, before);
        }
        log.accept(killed + " kills, nothing lost");
    }

    /** Kills a rank, and waits until all are gone: the others end by themselves. */
    private void kill(Process lead, int rank) throws InterruptedException {
        List<ProcessHandle> others = lead.children()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .toList();
        if (rank == 0 || others.size() < rank) {
            lead.destroyForcibly();
        } else {
            others.get(rank - 1).destroyForcibly();
        }
        lead.waitFor();
        for (ProcessHandle other : others) {
            assertThat(other.onExit()).as("end of the other ranks").succeedsWithin(Duration.ofMinutes(2));
        }
    }

    private Process start(Path out) throws IOException {
        List<String> arguments = new ArrayList<>(
                RunDirectory.isAt(out) ? List.of("run", "--resume", "--out", out.toString()) : tiny.commandLine(out));
        if (ranks > 1) {
            arguments.addAll(List.of("--ranks", "" + ranks));
        }
        return JavaProcess.start(folder.resolve(out.getFileName() + ".log"), Main.class.getName(), arguments);
    }

    private static void requireSame(Path out, Path calm, List<Rows> before) {
        for (String file : List.of("model.onnx", "model.json")) {
            assertThat(out.resolve(file)).hasSameBinaryContentAs(calm.resolve(file));
        }
        Rows rows = Rows.of(out);
        Rows expected = Rows.of(calm);
        assertThat(rows.withoutTimes()).isEqualTo(expected.withoutTimes());
        for (Rows earlier : before) {
            assertThat(rows.evaluated).as("evaluations, with their times").containsAll(earlier.evaluated);
            assertThat(rows.retrained).as("retrainings, with their times").containsAll(earlier.retrained);
        }
    }

    /** What a store holds. */
    private record Rows(
            Map<String, List<TrainingPoint>> training,
            List<EvaluatedArchitecture> evaluated,
            List<Retrained> retrained) {
        static Rows of(Path out) {
            if (!Files.exists(out.resolve(RunStore.FILE))) {
                return new Rows(Map.of(), List.of(), List.of());
            }
            try (RunStore store = RunStore.create(out)) {
                Map<String, List<TrainingPoint>> training = new TreeMap<>();
                store.stages().forEach(stage -> training.put(stage, store.training(stage)));
                return new Rows(training, store.architectures(), store.retrained());
            }
        }

        /** As text, which all numbers of which NaN is one are equal in. */
        List<String> withoutTimes() {
            List<String> lines = new ArrayList<>();
            training.values()
                    .forEach(points -> points.forEach(p -> lines.add(new TrainingPoint(
                                    p.stage(),
                                    p.step(),
                                    p.epoch(),
                                    0,
                                    p.loss(),
                                    p.accuracy(),
                                    p.learningRate(),
                                    0,
                                    p.validationLoss(),
                                    p.validationAccuracy())
                            .toString())));
            evaluated.forEach(e -> lines.add(String.join(
                    " ",
                    e.arch(),
                    "" + e.generation(),
                    "" + e.accuracy(),
                    "" + e.logLikelihood(),
                    "" + e.code(),
                    "" + e.flops(),
                    "" + e.params())));
            retrained.forEach(r -> lines.add(r.arch() + " " + r.kinds() + " "
                    + r.trainings().stream()
                            .map(t -> t.repeat() + ":" + t.testAccuracy())
                            .toList()));
            return lines;
        }

        @Override
        public String toString() {
            String points = training.entrySet().stream()
                    .map(e -> e.getValue().size() + " of " + e.getKey().split(":", 2)[0])
                    .collect(Collectors.joining(", "));
            return "points " + points + "; " + evaluated.size() + " evaluated, " + retrained.size() + " retrained";
        }
    }
}
