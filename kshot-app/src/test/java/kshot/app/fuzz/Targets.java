package kshot.app.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import kshot.app.cli.KshotCommand;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.data.Augmentation;
import kshot.data.ImageSet;
import kshot.data.Normalization;
import kshot.data.TrainingBatches;
import kshot.data.files.FileEntry;
import kshot.data.image.ImageDecoder;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.latency.TableBuilder;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.rank.BenchmarkTable;
import kshot.run.latency.LatencyTableFile;
import kshot.run.settings.Settings;
import kshot.run.settings.SettingsTree;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.space.macro.MacroSpaceReader;
import kshot.space.shipped.Spaces;
import kshot.train.Retrainer;
import kshot.train.SupernetTrainer;
import kshot.train.Training;

/** Every reader of the program, with files that it reads. */
final class Targets {
    private static final String TINY_SPACE = """
            name: tiny
            input: {channels: 1, size: 8}
            classes: 2
            layers:
              - choice: [{conv: {out: 2}}, identity]
              - conv: {out: [2, 3], stride: 2}
            head: [global_pool, linear]
            """;

    private Targets() {}

    static List<Target> all() {
        List<Target> others = List.of(
                images(),
                classFolders(),
                zip(),
                tar(),
                imageNet(),
                webDataset(),
                cifarBinary(),
                cifarPython(),
                imageNet16(),
                idx(),
                numpy(),
                labelFiles(),
                space(),
                settings(),
                table(),
                latencyTable(),
                architecture(),
                command());
        return Stream.of(others, CacheTargets.all(), checkpoints())
                .flatMap(List::stream)
                .toList();
    }

    private static Target images() {
        ImageDecoder decoder = new ImageDecoder();
        List<Map<String, byte[]>> samples = Samples.images().values().stream()
                .map(file -> Map.of("image", file))
                .toList();
        return Target.withIo("image", 4000, false, samples, folder -> {
            byte[] file = Files.readAllBytes(folder.resolve("image"));
            FileEntry entry = new FileEntry("image", file.length, () -> new ByteArrayInputStream(file));
            decoder.shape(entry);
            decoder.decode(entry);
        });
    }

    private static void loadData(Path path) {
        Datasets.load(path.toString(), DataOptions.defaults());
    }

    private static Target classFolders() {
        return Target.of("class-folders", 400, false, List.of(Samples.classFolders()), Targets::loadData);
    }

    private static Target zip() {
        byte[] batch = Samples.pickle("cifar10_protocol4");
        Map<String, byte[]> cifar = Map.of("data_batch_1", batch, "test_batch", batch);
        return Target.of(
                "zip",
                600,
                false,
                Stream.of(Samples.classFolders(), cifar, Samples.idx(true))
                        .map(files -> Map.of("data.zip", Containers.zip(files)))
                        .toList(),
                folder -> loadData(folder.resolve("data.zip")));
    }

    private static Target numpy() {
        return Target.of(
                "numpy",
                1500,
                false,
                List.of(Samples.arrays(), Map.of("data.npz", Containers.zip(Samples.arrays()))),
                folder -> loadData(Files.exists(folder.resolve("data.npz")) ? folder.resolve("data.npz") : folder));
    }

    private static Target labelFiles() {
        return Target.of("label-files", 1000, false, List.of(Samples.labelFiles()), Targets::loadData);
    }

    private static Target tar() {
        byte[] tar = Samples.tar(Samples.classFolders());
        Map<String, byte[]> deep = new LinkedHashMap<>();
        Samples.classFolders()
                .forEach((name, file) -> deep.put("a/".repeat(30) + name + "x".repeat(120) + ".png", file));
        byte[] longNames = Samples.tar(deep);
        return Target.of(
                "tar",
                600,
                false,
                Stream.of(
                                tar,
                                Containers.gzip(tar),
                                longNames,
                                Samples.tarWithLinks(Samples.classFolders()),
                                Samples.compressed("bzip2", tar),
                                Samples.compressed("xz", tar))
                        .map(file -> Map.of("data", file))
                        .toList(),
                folder -> loadData(folder.resolve("data")));
    }

    private static Target imageNet() {
        return Target.of(
                "imagenet-archives",
                600,
                false,
                List.of(Samples.imageNet("meta.mat"), Samples.imageNet("meta_plain.mat")),
                Targets::loadData);
    }

    private static Target webDataset() {
        return Target.of("webdataset", 600, false, List.of(Samples.webDataset()), Targets::loadData);
    }

    private static Target cifarBinary() {
        Map<String, byte[]> ten = Map.of(
                "data_batch_1.bin", Samples.cifar(10, 1),
                "test_batch.bin", Samples.cifar(2, 1),
                "batches.meta.txt", Samples.text("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n"));
        Map<String, byte[]> hundred = Map.of("train.bin", Samples.cifar(100, 2), "test.bin", Samples.cifar(1, 2));
        return Target.of("cifar-binary", 600, false, List.of(ten, hundred), Targets::loadData);
    }

    private static Target cifarPython() {
        byte[] meta = Samples.pickle("cifar10_meta");
        return Target.of(
                "cifar-python",
                1500,
                false,
                Stream.of("cifar10_python2", "cifar10_protocol2", "cifar10_protocol4", "cifar10_protocol5")
                        .map(Samples::pickle)
                        .map(batch -> Map.of("data_batch_1", batch, "test_batch", batch, "batches.meta", meta))
                        .toList(),
                Targets::loadData);
    }

    private static Target imageNet16() {
        Map<String, byte[]> files = Map.of(
                "train_data_batch_1", Samples.pickle("imagenet16_train"), "val_data", Samples.pickle("imagenet16_val"));
        return Target.of("imagenet16", 1500, false, List.of(files), Targets::loadData);
    }

    private static Target idx() {
        return Target.of("idx", 1500, false, List.of(Samples.idx(true), Samples.idx(false)), Targets::loadData);
    }

    /** The checkpoints of the supernets, and of the retraining of an architecture. */
    private static List<Target> checkpoints() {
        SearchSpace space = MacroSpaceReader.read("tiny", TINY_SPACE);
        SettingsTree tree = resolved();
        tree.set("supernet.k", "2");
        tree.set("supernet.simplex.hidden", "4");
        Settings settings = tree.bind();
        ImageSet images = new ImageSet(space.input(), List.of("a", "b"), new byte[128][64], new int[128]);
        TrainingBatches batches = new TrainingBatches(
                images, 64, space.input(), Normalization.of(images), new Augmentation.CropFlip(1), new Seed(1));
        Network network = space.network(space.last());
        return List.of(
                checkpoint("supernets", new SupernetTrainer(space, settings.supernet(), batches, new Seed(1))),
                checkpoint("retraining", new Retrainer(network, settings.retrain(), batches, null, new Seed(1))));
    }

    /**
     * The reader of a checkpoint: of files as they are, and of files whose header is changed on its own, so that its
     * length and its checksum stay right.
     */
    private static Target checkpoint(String name, Training training) {
        byte[] file;
        try {
            Path path = Files.createTempFile("sample", "");
            training.save(path, Map.of());
            file = Files.readAllBytes(path);
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int start = Long.BYTES
                + (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        List<Map<String, byte[]>> samples = List.of(
                Map.of("file", file),
                Map.of(
                        "header", Arrays.copyOfRange(file, Long.BYTES, start),
                        "numbers", Arrays.copyOfRange(file, start, file.length)));
        return Target.withIo(name, 2000, true, samples, folder -> {
            Path whole = folder.resolve("file");
            if (Files.exists(whole)) {
                training.load(whole);
                return;
            }
            Files.write(whole, joined(Files.readAllBytes(folder.resolve("header")), folder.resolve("numbers")));
            try {
                training.load(whole);
            } finally {
                Files.delete(whole);
            }
        });
    }

    /** The length of the header, the header with a right checksum in its place, the numbers. */
    private static byte[] joined(byte[] header, Path numbersFile) throws IOException {
        byte[] numbers = Files.readAllBytes(numbersFile);
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + header.length + numbers.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .put(numbers);
        int digits = Long.BYTES + "{\"__metadata__\":{\"crc32c\":\"".length();
        if (file.capacity() >= digits + 8) {
            file.put(digits, Samples.text("00000000"));
            CRC32C crc = new CRC32C();
            crc.update(file.array());
            file.put(digits, Samples.text(String.format("%08x", crc.getValue())));
        }
        return file.array();
    }

    private static Target space() {
        List<Map<String, byte[]>> samples = new ArrayList<>();
        for (String name : Spaces.shipped()) {
            if (!name.equals("nas-bench-201")) {
                samples.add(Map.of("space.yaml", Samples.resource("/kshot/spaces/" + name + ".yaml")));
            }
        }
        samples.add(Map.of("space.yaml", Samples.text(TINY_SPACE)));
        return Target.of("space", 2000, true, samples, folder -> {
            SearchSpace space = MacroSpaceReader.read(folder.resolve("space.yaml"));
            use(space, space.last());
            use(space, space.sample(new SplittableRandom(1)));
            space.cover().forEach(space::require);
            SearchSpace adapted = space.adapt(new FeatureShape(1, 28, 28), 10);
            Cost.of(adapted.network(adapted.last()));
        });
    }

    private static void use(SearchSpace space, Architecture architecture) {
        Cost cost = Cost.of(space.network(architecture));
        if (cost.flops() < 0
                || cost.parameters() < 0
                || !space.parse(space.format(architecture)).equals(architecture)) {
            throw new IllegalStateException(space.format(architecture) + ": " + cost);
        }
        space.canonical(architecture);
    }

    /** The preset with all words replaced by numbers, as a run has it. */
    private static SettingsTree resolved() {
        SettingsTree settings = SettingsTree.preset("quick", "small");
        settings.set("threads", "1");
        settings.set("supernet.precision", "float32");
        settings.set("retrain.precision", "float32");
        settings.set("limits.max_flops", "5000000");
        settings.set("predictors.image_size", "8");
        settings.set("limits.max_params", "null");
        settings.set("limits.max_latency_ms", "null");
        return settings;
    }

    private static Target settings() {
        List<Map<String, byte[]>> samples = List.of(
                Map.of("config.yaml", Samples.text(resolved().toYaml())),
                Map.of("config.yaml", Samples.text("seed: 3\nsupernet:\n  epochs: 3 # few\n  simplex: {hidden: 8}\n")));
        return Target.of("settings", 2000, true, samples, folder -> {
            SettingsTree settings = resolved();
            settings.overlay(folder.resolve("config.yaml"));
            settings.bind();
        });
    }

    private static Target table() {
        byte[] csv = Samples.text("arch,score,note\n22,0.5,3\n\n\"a,\"\"b\"\"\", 1e-3 ,4\n");
        byte[] json = Samples.text(
                "{\"01\": {\"acc\": [90.5, 91], \"flops\": 12},\n \"02\": {\"acc\": [1, 2], \"flops\": 13}}");
        List<Map<String, byte[]>> samples = Stream.of(csv, json, Containers.gzip(csv), Containers.gzip(json))
                .map(file -> Map.of("table", file))
                .toList();
        return Target.of("table", 4000, true, samples, folder -> {
            BenchmarkTable table = BenchmarkTable.read(folder.resolve("table"));
            for (String column : table.columns()) {
                table.column(column);
            }
        });
    }

    private static Target latencyTable() {
        SearchSpace space = MacroSpaceReader.read("tiny.yaml", TINY_SPACE);
        String times = new TableBuilder(space)
                .networks().keySet().stream()
                        .map(name -> "\"" + name + "\": 5000")
                        .collect(Collectors.joining(",\n"));
        byte[] json = """
                {"space": "tiny", "images": "1x8x8", "classes": 2, "host": "pi", "processor": "Cortex-A72", "threads": 1,
                "onnx_runtime": "1.30.0", "nanoseconds": {%s}}""".formatted(times).getBytes(StandardCharsets.UTF_8);
        return Target.of(
                "latency-table",
                2000,
                true,
                List.of(Map.of("table", json)),
                folder -> LatencyTableFile.read(folder.resolve("table")).of(space, 1));
    }

    /** For each shipped space, in a file of its name, a text form. */
    private static List<Map<String, byte[]>> texts() {
        List<Map<String, byte[]>> samples = new ArrayList<>();
        for (String name : Spaces.shipped()) {
            SearchSpace space = Spaces.named(name);
            samples.add(Map.of(name, Samples.text(space.format(space.sample(new SplittableRandom(1))))));
        }
        return samples;
    }

    private static Target architecture() {
        Map<String, SearchSpace> spaces = new LinkedHashMap<>();
        Spaces.shipped().forEach(name -> spaces.put(name, Spaces.named(name)));
        return Target.of("architecture", 10_000, true, texts(), folder -> {
            Path file = onlyFile(folder);
            SearchSpace space = spaces.get(file.getFileName().toString());
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            use(space, space.parse(text));
        });
    }

    private static Path onlyFile(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().orElseThrow();
        }
    }

    /** The command line: exit code 0, or 2 with one line on standard error. */
    private static Target command() {
        return Target.of("command", 300, true, texts(), folder -> {
            Path file = onlyFile(folder);
            StringWriter errors = new StringWriter();
            String[] line = {"describe", "--space", file.getFileName().toString(), "--archs", file.toString()};
            int code = KshotCommand.execute(line, new PrintWriter(new StringWriter()), new PrintWriter(errors, true));
            if (code == 2 && errors.toString().lines().count() == 1) {
                throw new InvalidInputException(errors.toString());
            }
            if (code != 0) {
                throw new IllegalStateException("exit code " + code + ": " + errors);
            }
        });
    }
}
