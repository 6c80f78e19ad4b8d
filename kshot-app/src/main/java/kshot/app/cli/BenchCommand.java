package kshot.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import kshot.app.bench.MachineLimits;
import kshot.app.bench.StepReport;
import kshot.app.bench.Workload;
import kshot.app.terminal.Console;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.FeatureShape;
import kshot.ranks.Links;
import kshot.ranks.Ranks;
import kshot.run.progress.ProgressDisplay;
import kshot.run.progress.RunListener;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.space.Skeleton;
import kshot.space.shipped.Spaces;
import kshot.tensor.Collective;
import kshot.tensor.Device;
import kshot.tensor.GroupCollective;
import kshot.tensor.LibTorch;
import kshot.tensor.Precision;
import kshot.train.SupernetSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kshot bench}: the speed of training, evaluation, loading images and exported networks on this machine. */
@Command(
        name = "bench",
        description = "Measure the speed of training, of evaluation, of loading images and of exported networks.",
        subcommands = {
            BenchCommand.Step.class,
            BenchCeilingCommand.class,
            BenchLoadingCommand.class,
            BenchLatencyCommand.class
        })
final class BenchCommand {
    /** The types of the numbers of features. */
    enum Dtype {
        FLOAT32,
        BFLOAT16;

        /** Loads libtorch, which help need not wait for. */
        Precision precision() {
            return Precision.valueOf(name());
        }
    }

    /** The options of all measurements. */
    abstract static class OfSpace implements Callable<Integer> {
        @Option(
                names = "--space",
                paramLabel = "S",
                defaultValue = "nas-bench-201",
                description = "A search space. Default: ${DEFAULT-VALUE}.")
        private String spaceName;

        @Option(
                names = "--image-size",
                paramLabel = "N",
                description = "Height and width of images, in pixels. Default: those of the space.")
        private @Nullable Integer imageSize;

        @Option(names = "--json", description = "The result as JSON.")
        boolean json;

        @Spec
        CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            SearchSpace space = Spaces.named(spaceName);
            if (imageSize != null) {
                InvalidInputException.require(
                        imageSize >= 8 && imageSize <= 512, "--image-size", imageSize, "from 8 to 512");
                space = space.adapt(new FeatureShape(space.input().channels(), imageSize, imageSize), space.classes());
            }
            prepare();
            return work(space);
        }

        /** Measures and prints; returns the exit code. */
        int work(SearchSpace space) throws IOException {
            spec.commandLine().getOut().println(measure(space, Console.ofProcess()));
            return CommandLine.ExitCode.OK;
        }

        /** Checks the other options, and gets ready what help need not wait for. */
        abstract void prepare();

        /** Measures, and returns what is printed. */
        abstract String measure(SearchSpace space, Console console);
    }

    /** The options of measurements of libtorch. */
    abstract static class OfTensors extends OfSpace {
        @Option(
                names = "--batch",
                paramLabel = "B",
                defaultValue = "64",
                description = "Images of a batch. Default: ${DEFAULT-VALUE}.")
        int batch;

        @Option(
                names = "--dtype",
                paramLabel = "T",
                defaultValue = "float32",
                description = "float32 or bfloat16. Default: ${DEFAULT-VALUE}.")
        Dtype dtype;

        @Option(
                names = "--threads",
                paramLabel = "N",
                defaultValue = "0",
                description = "Threads; 0: as many as processors. Default: ${DEFAULT-VALUE}.")
        int threads;

        @Override
        void prepare() {
            InvalidInputException.require(threads >= 0, "--threads", threads, "at least 0");
            InvalidInputException.require(batch >= 2, "--batch", batch, "at least 2");
            LibTorch.start(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
        }
    }

    @Command(name = "step", description = "Images per second of a training step, on random images.")
    static final class Step extends OfTensors {
        /** Architectures where none are given. */
        private static final int ARCHITECTURES = 50;

        private static final Duration LONGEST_PASS = Duration.ofMinutes(10);

        @Option(
                names = "--k",
                paramLabel = "K",
                defaultValue = "8",
                description = "Number of supernets. Default: ${DEFAULT-VALUE}.")
        private int k;

        @Option(
                names = "--archs",
                paramLabel = "FILE",
                description = "Architectures, one a line. Default: 50 random ones.")
        private @Nullable Path archs;

        @Option(
                names = "--cells",
                paramLabel = "N",
                description = "Cells of a stage, of nas-bench-201 only. Default: 5.")
        private @Nullable Integer cells;

        @Option(
                names = "--device",
                paramLabel = "D",
                defaultValue = "cpu",
                description = "Device: cpu, cuda, cuda:1, cpu-libtorch. Default: ${DEFAULT-VALUE}.")
        private String device;

        @Option(names = "--evaluate", description = "Evaluate architectures instead of training.")
        private boolean evaluate;

        @Option(
                names = "--paths",
                paramLabel = "P",
                defaultValue = "1",
                description = "Architectures of a batch that trains the supernets. Default: ${DEFAULT-VALUE}.")
        private int paths;

        @Option(names = "--simplex", description = "Also measure a batch that trains the simplex-net.")
        private boolean simplex;

        @Option(
                names = "--groups",
                paramLabel = "M",
                defaultValue = "16",
                description = "Architectures of a batch that trains the simplex-net. Default: ${DEFAULT-VALUE}.")
        private int groups;

        @Option(
                names = "--ceiling",
                paramLabel = "FILE",
                description = "What 'bench ceiling --json' printed: adds the share of that limit.")
        private @Nullable Path ceiling;

        @Option(
                names = "--passes",
                paramLabel = "N",
                defaultValue = "3",
                description =
                        "Passes over the architectures, after one that does not count. Default: ${DEFAULT-VALUE}.")
        private int passes;

        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "1",
                description = "Of weights, images and random architectures. Default: ${DEFAULT-VALUE}.")
        private long seed;

        @Mixin
        private RanksOptions ranks = new RanksOptions();

        /** Several ranks do the same passes, and share each batch. */
        @Override
        int work(SearchSpace space) throws IOException {
            Ranks place = ranks.place();
            if (place.isAlone()) {
                return super.work(space);
            }
            InvalidInputException.require(!evaluate, "--ranks", "with --evaluate", "without");
            if (threads == 0) {
                LibTorch.start(place.share(Runtime.getRuntime().availableProcessors()));
            }
            Console console = Console.ofProcess();
            return place.isLead()
                    ? ranks.lead(
                            place,
                            console,
                            links -> spec.commandLine().getOut().println(measure(space, console, links)))
                    : ranks.help(place, links -> {
                        measure(space, RunListener.NONE, links);
                        links.receive(0); // until the job ends
                    });
        }

        private String measure(SearchSpace space, ProgressDisplay console, Links links) {
            Device ofRank = usableDevice().ofRank(links.ranks().localRank());
            try (Collective collective = GroupCollective.of(links, LONGEST_PASS)) {
                return measure(space, console, ofRank, collective);
            }
        }

        @Override
        String measure(SearchSpace space, Console console) {
            return measure(space, console, usableDevice(), Collective.ALONE);
        }

        private String measure(SearchSpace named, ProgressDisplay console, Device usable, Collective collective) {
            SearchSpace space = cells == null ? named : withCells(named, cells);
            InvalidInputException.require(!(simplex && evaluate), "--simplex", "with --evaluate", "without");
            InvalidInputException.require(!simplex || k > 1, "--simplex", "with --k " + k, "a K of at least 2");
            Workload workload = new Workload(
                    space,
                    archs == null ? random(space) : ArchitectureFile.read(space, archs),
                    settings(space),
                    evaluate,
                    passes,
                    LibTorch.threads(),
                    usable,
                    new Seed(seed));
            MachineLimits limits = ceiling == null ? null : MachineLimits.read(ceiling);
            StepReport report = StepReport.measure(workload, simplex, limits, console, collective);
            return json ? Json.document(report) : Rows.table(report.lines());
        }

        private Device usableDevice() {
            try {
                Device usable = new Device(device);
                usable.requireUsable();
                return usable;
            } catch (InvalidInputException e) {
                throw e.renamed(component -> "--" + component);
            }
        }

        private SupernetSettings settings(SearchSpace space) {
            try {
                return Workload.settings(space, k, batch, paths, simplex ? groups : 1, dtype.precision());
            } catch (InvalidInputException e) {
                throw e.renamed(component -> component.equals("batchSize") ? "--batch" : "--" + component);
            }
        }

        private static SearchSpace withCells(SearchSpace space, int cells) {
            return space.skeleton()
                    .map(skeleton -> space.withSkeleton(new Skeleton(skeleton.channels(), cells, skeleton.affine())))
                    .orElseThrow(() ->
                            InvalidInputException.of("--cells", cells + " with --space " + space.name(), "none there"));
        }

        private List<Architecture> random(SearchSpace space) {
            return LongStream.range(0, ARCHITECTURES)
                    .mapToObj(i -> space.sample(new Seed(seed).generator("benchmark", i)))
                    .toList();
        }
    }
}
