package kshot.run.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import kshot.run.settings.Settings;
import kshot.run.settings.Settings.Export;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import kshot.run.store.RunStore;
import kshot.space.Architecture;
import kshot.train.Inference;
import kshot.weights.StandaloneWeights;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The step that writes the retrained winner as ONNX, and proves that ONNX Runtime computes what libtorch does. */
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

    /**
     * Makes the step.
     *
     * @param retrained has the weights of the winner
     */
    ExportStep(RunContext context, RunStore store, RunDirectory directory, RetrainStep retrained) {
        this.context = context;
        this.store = store;
        this.directory = directory;
        this.retrained = retrained;
    }

    @Override
    public boolean work() throws IOException {
        Export export = context.settings().export();
        Architecture winner = Comparison.winner(context, store);
        String text = context.space().format(winner);
        Network network = context.space().network(winner);
        Map<String, String> provenance = provenance(text, network);
        try (StandaloneWeights weights = retrained.load(winner, network)) {
            OnnxWriter.write(
                    directory.file(RunDirectory.MODEL),
                    network,
                    weights,
                    OnnxOptions.defaults()
                            .withFold(export.foldBatchNorm())
                            .withDescription(context.space().name() + " " + text)
                            .withClasses(context.dataset().train().classes())
                            .withPreprocessing(preprocessing(context.dataset()))
                            .withMetadata(provenance));
            Parity parity = prove(
                    directory.file(RunDirectory.MODEL),
                    network,
                    weights,
                    parityBatch(),
                    context.settings().threads());
            store.put(
                    RunMetadata.MODEL,
                    new RunMetadata.Model(
                            RunDirectory.MODEL,
                            Files.size(directory.file(RunDirectory.MODEL)),
                            parity.images(),
                            parity.maxDifference(),
                            1 - (double) parity.disagreements() / parity.images()));
        }
        Optional<LatencyTable> table = context.latency();
        if (table.isPresent()) {
            store.put(RunMetadata.LATENCY, latency(table.get(), network));
        }
        WholeFile.write(directory.file(PROVENANCE), JSON.writeValueAsString(provenance));
        return true;
    }

    @Override
    public void discard() {
        store.forget(RunMetadata.MODEL);
        store.forget(RunMetadata.LATENCY);
    }

    private RunMetadata.Latency latency(LatencyTable table, Network network) throws IOException {
        Settings.LimitSettings limits = context.settings().limits();
        OnnxLatency measured = OnnxLatency.measure(
                Files.readAllBytes(directory.file(RunDirectory.MODEL)),
                limits.latencyThreads(),
                1,
                WARMUP_RUNS,
                LATENCY_RUNS);
        return new RunMetadata.Latency(
                LatencyTable.milliseconds(table.nanoseconds(network).orElseThrow()),
                measured.minimum(),
                Objects.requireNonNull(limits.maxLatencyMs()),
                limits.latencyThreads());
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
                    RunDirectory.MODEL + " was not exported, as it does not compute what libtorch does: "
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
                .filter(r -> r.is(Retrained.Kind.WINNER))
                .forEach(r -> provenance.put("test_accuracy", "" + r.testAccuracy()));
        provenance.put("k", "" + context.settings().supernet().k());
        provenance.put("seed", "" + context.settings().seed());
        provenance.put("data", context.dataset().report().name());
        provenance.put("data_fingerprint", context.dataset().report().fingerprint());
        provenance.putAll(MetadataWriter.versions());
        return provenance;
    }
}
