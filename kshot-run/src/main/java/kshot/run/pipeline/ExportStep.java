package kshot.run.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kshot.common.WholeFile;
import kshot.data.Batch;
import kshot.data.Dataset;
import kshot.data.ImageSet;
import kshot.latency.LatencyTable;
import kshot.network.Cost;
import kshot.network.Network;
import kshot.onnx.OnnxLatency;
import kshot.onnx.OnnxOptions;
import kshot.onnx.OnnxSession;
import kshot.onnx.OnnxWriter;
import kshot.onnx.Parity;
import kshot.onnx.ParityException;
import kshot.onnx.Preprocessing;
import kshot.run.MetadataWriter;
import kshot.run.RunContext;
import kshot.run.RunDirectory;
import kshot.run.evaluate.Examination;
import kshot.run.latency.MeasuredTable;
import kshot.run.progress.RunListener;
import kshot.run.settings.Settings;
import kshot.run.settings.Settings.Export;
import kshot.run.store.Retrained.Kind;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.space.Architecture;
import kshot.train.Inference;
import kshot.weights.StandaloneWeights;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The step that writes the retrained winner and the other chosen models as ONNX, and proves that ONNX Runtime computes what
 * libtorch does. It also keeps what the winner makes of each test image.
 */
final class ExportStep implements Step {
    private static final String PROVENANCE = "model.json";
    private static final int PARITY_IMAGES = 256;

    /** Largest difference of a class score, relative to the largest class score; see {@link Parity#requireWithin}. */
    private static final double TOLERANCE = 1e-4;

    private static final int WARMUP_RUNS = 5;
    private static final int LATENCY_RUNS = 200;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final RunContext context;
    private final RunStore store;
    private final RunDirectory directory;
    private final RetrainStep retrained;
    private final RunListener listener;

    /**
     * Makes the step.
     *
     * @param retrained has the weights of the winner
     * @param listener hears how a copy in integers compares
     */
    ExportStep(
            RunContext context, RunStore store, RunDirectory directory, RetrainStep retrained, RunListener listener) {
        this.context = context;
        this.store = store;
        this.directory = directory;
        this.retrained = retrained;
        this.listener = listener;
    }

    @Override
    public boolean work() throws IOException {
        Architecture winner = Comparison.winner(context, store);
        store.put(RunMetadata.MODEL, export(winner, Kind.WINNER, RunDirectory.MODEL, PROVENANCE));
        List<RunMetadata.Model> others = new ArrayList<>();
        for (String arch : ChosenModels.of(context, store)) {
            String name = "model-" + (others.size() + 2);
            others.add(export(context.space().parse(arch), Kind.CHOSEN, name + ".onnx", name + ".json"));
        }
        store.put(RunMetadata.OTHER_MODELS, others);
        Optional<MeasuredTable> measured = context.latency();
        if (measured.isPresent()) {
            store.put(
                    RunMetadata.LATENCY, latency(measured.get(), context.space().network(winner)));
        }
        return true;
    }

    @Override
    public void discard() {
        store.forget(RunMetadata.MODEL);
        store.forget(RunMetadata.OTHER_MODELS);
        store.forget(RunMetadata.TEST);
        store.forget(RunMetadata.LATENCY);
    }

    /** Writes a model and its provenance, and proves it; of the winner it also keeps what it makes of the test images. */
    private RunMetadata.Model export(Architecture architecture, Kind kind, String model, String provenanceFile)
            throws IOException {
        Export export = context.settings().export();
        String text = context.space().format(architecture);
        Network network = context.space().network(architecture);
        Map<String, String> provenance = provenance(text, network);
        try (StandaloneWeights weights = retrained.load(architecture, kind, network)) {
            OnnxWriter.write(
                    directory.file(model),
                    network,
                    weights,
                    OnnxOptions.defaults()
                            .withFold(export.foldBatchNorm())
                            .withProbabilities(export.probabilities())
                            .withDescription(context.space().name() + " " + text)
                            .withClasses(context.dataset().train().classes())
                            .withPreprocessing(preprocessing(context.dataset()))
                            .withMetadata(provenance));
            Parity parity = prove(
                    directory.file(model),
                    network,
                    weights,
                    parityBatch(),
                    context.settings().threads());
            if (kind == Kind.WINNER) {
                ImageSet test = context.dataset().test();
                store.put(
                        RunMetadata.TEST,
                        Examination.of(network, weights, test, context.images().inference(test)));
            }
            WholeFile.write(directory.file(provenanceFile), JSON.writeValueAsString(provenance));
            return new RunMetadata.Model(
                    text,
                    model,
                    Files.size(directory.file(model)),
                    parity.images(),
                    parity.maxDifference(),
                    1 - (double) parity.disagreements() / parity.images(),
                    int8(model, export.int8()));
        }
    }

    /** Writes the copy of a model in 8-bit integers, if it is wanted; else removes an earlier one, which may be of another model. */
    private RunMetadata.@Nullable Int8 int8(String model, boolean isWanted) throws IOException {
        Path copy = directory.file(model.replace(".onnx", "-int8.onnx"));
        if (!isWanted) {
            if (Files.deleteIfExists(copy)) {
                listener.say(copy.getFileName() + ": removed, as it is of an earlier model; --int8 writes it anew");
            }
            return null;
        }
        Int8Copies copies = Int8Copies.of(context);
        Path file = directory.file(model);
        RunMetadata.Int8 int8 = copies.write(file, copy);
        listener.say(copies.line(int8, Files.size(file)));
        return int8;
    }

    /** The time here says nothing of another machine, so it is measured only where the limit holds for this one. */
    private RunMetadata.Latency latency(MeasuredTable measured, Network network) throws IOException {
        Settings.LimitSettings limits = context.settings().limits();
        return new RunMetadata.Latency(
                LatencyTable.milliseconds(measured.table().nanoseconds(network).orElseThrow()),
                measured.machine().isPresent() ? null : milliseconds(limits.latencyThreads()),
                Objects.requireNonNull(limits.maxLatencyMs()),
                limits.latencyThreads(),
                measured.anotherMachine());
    }

    private double milliseconds(int threads) throws IOException {
        byte[] model = Files.readAllBytes(directory.file(RunDirectory.MODEL));
        return OnnxLatency.measure(model, threads, 1, WARMUP_RUNS, LATENCY_RUNS).minimum();
    }

    /**
     * Compares a model with the weights that it was written from, and deletes it if it computes something else.
     *
     * @throws IllegalStateException if it does
     */
    static Parity prove(Path model, Network network, StandaloneWeights weights, Batch batch, int threads)
            throws IOException {
        try (OnnxSession session = OnnxSession.open(model, threads)) {
            return Parity.compare(
                            Inference.scores(network, weights, batch),
                            session.logits(batch.channelsFirst(), batch.size()))
                    .requireWithin(TOLERANCE);
        } catch (ParityException e) {
            Files.delete(model);
            throw new IllegalStateException(
                    model.getFileName() + " was not exported, as it does not compute what libtorch does: "
                            + e.getMessage(),
                    e);
        }
    }

    private Batch parityBatch() {
        ImageSet images = context.images().parityImages(PARITY_IMAGES);
        return context.dataset().evaluationBatches(images, images.size()).at(0);
    }

    private static Preprocessing preprocessing(Dataset dataset) {
        boolean photos = !dataset.inputShape().equals(dataset.report().storedShape());
        return new Preprocessing(
                dataset.inputShape().channels() == 1 ? Preprocessing.Colours.GREY : Preprocessing.Colours.RGB,
                255,
                toDoubles(dataset.normalization().mean()),
                toDoubles(dataset.normalization().std()),
                photos
                        ? Preprocessing.Resize.crop(
                                dataset.report().storedShape().height())
                        : Preprocessing.Resize.STRETCH);
    }

    private static List<Double> toDoubles(List<Float> values) {
        return values.stream().map(Float::doubleValue).toList();
    }

    private Map<String, String> provenance(String arch, Network network) {
        Cost cost = Cost.of(network);
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("architecture", arch);
        provenance.put("space", context.space().name());
        provenance.put("input", context.space().input().toString());
        provenance.put("flops", "" + cost.flops());
        provenance.put("params", "" + cost.parameters());
        store.architecture(arch).ifPresent(e -> provenance.put("search_accuracy", "" + e.accuracy()));
        store.retrained().stream()
                .filter(r -> r.arch().equals(arch))
                .forEach(r -> provenance.put("test_accuracy", "" + r.testAccuracy()));
        provenance.put("k", "" + context.settings().supernet().k());
        provenance.put("seed", "" + context.settings().seed());
        provenance.put("data", context.dataset().report().name());
        provenance.put("data_fingerprint", context.dataset().report().fingerprint());
        provenance.putAll(MetadataWriter.versions());
        return provenance;
    }
}
