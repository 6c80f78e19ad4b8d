package kshot.run;

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
import kshot.data.EvaluationBatches;
import kshot.data.ImageSet;
import kshot.execute.StandaloneWeights;
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
import kshot.run.settings.Settings;
import kshot.run.settings.Settings.Export;
import kshot.run.store.Retrained;
import kshot.run.store.RunMetadata;
import kshot.train.Inference;
import kshot.train.Retrainer;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes the retrained winner as ONNX, and proves that ONNX Runtime computes what libtorch does. */
final class ExportStep {
    static final String MODEL = "model.onnx";
    private static final String PROVENANCE = "model.json";
    private static final int PARITY_IMAGES = 256;

    /** Largest difference of a class score, relative to the largest class score; see {@link Parity#requireWithin}. */
    private static final double TOLERANCE = 1e-4;

    private static final int WARMUP_RUNS = 5;
    private static final int LATENCY_RUNS = 200;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ExportStep() {}

    static boolean run(Run run) throws IOException {
        Export export = run.settings().export();
        String arch = Comparison.winner(run);
        Network network = run.space().network(run.space().parse(arch));
        Map<String, String> provenance = provenance(run, arch, network);
        try (Retrainer winner = RetrainStep.load(run, arch, network)) {
            StandaloneWeights weights = RetrainStep.chosen(run, winner);
            OnnxWriter.write(
                    run.file(MODEL),
                    network,
                    weights,
                    OnnxOptions.defaults()
                            .withFold(export.foldBatchNorm())
                            .withDescription(run.space().name() + " " + arch)
                            .withClasses(run.dataset().train().classes())
                            .withPreprocessing(preprocessing(run.dataset()))
                            .withMetadata(provenance));
            Parity parity = prove(
                    run.file(MODEL),
                    network,
                    weights,
                    parityBatch(run),
                    run.settings().threads());
            run.store()
                    .put(
                            RunMetadata.MODEL,
                            new RunMetadata.Model(
                                    MODEL,
                                    Files.size(run.file(MODEL)),
                                    parity.images(),
                                    parity.maxDifference(),
                                    1 - (double) parity.disagreements() / parity.images()));
        }
        Optional<LatencyTable> table = run.latency();
        if (table.isPresent()) {
            run.store().put(RunMetadata.LATENCY, latency(run, table.get(), network));
        }
        WholeFile.write(run.file(PROVENANCE), JSON.writeValueAsString(provenance));
        return true;
    }

    static void discard(Run run) {
        run.store().forget(RunMetadata.MODEL);
        run.store().forget(RunMetadata.LATENCY);
    }

    private static RunMetadata.Latency latency(Run run, LatencyTable table, Network network) throws IOException {
        Settings.LimitSettings limits = run.settings().limits();
        OnnxLatency measured = OnnxLatency.measure(
                Files.readAllBytes(run.file(MODEL)), limits.latencyThreads(), 1, WARMUP_RUNS, LATENCY_RUNS);
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
                            session.logits(channelsFirst(batch), batch.size()))
                    .requireWithin(TOLERANCE);
        } catch (ParityException e) {
            Files.delete(model);
            throw new IllegalStateException(
                    MODEL + " was not exported, as it does not compute what libtorch does: " + e.getMessage(), e);
        }
    }

    private static Batch parityBatch(Run run) {
        ImageSet images = run.images().parityImages(PARITY_IMAGES);
        return new EvaluationBatches(
                        images,
                        images.size(),
                        run.dataset().inputShape(),
                        run.dataset().normalization())
                .at(0);
    }

    /** N×H×W×C as N×C×H×W. */
    private static float[] channelsFirst(Batch batch) {
        int channels = batch.shape().channels();
        int pixels = batch.shape().height() * batch.shape().width();
        float[] result = new float[batch.pixels().length];
        for (int n = 0; n < batch.size(); n++) {
            for (int p = 0; p < pixels; p++) {
                for (int c = 0; c < channels; c++) {
                    result[(n * channels + c) * pixels + p] = batch.pixels()[(n * pixels + p) * channels + c];
                }
            }
        }
        return result;
    }

    private static Preprocessing preprocessing(Dataset dataset) {
        boolean photos = !dataset.inputShape().equals(dataset.report().storedShape());
        return new Preprocessing(
                dataset.inputShape().channels() == 1 ? Preprocessing.Colours.GREY : Preprocessing.Colours.RGB,
                255,
                toDoubles(dataset.normalization().mean()),
                toDoubles(dataset.normalization().std()),
                photos ? Preprocessing.Resize.CROP : Preprocessing.Resize.STRETCH);
    }

    private static List<Double> toDoubles(List<Float> values) {
        return values.stream().map(Float::doubleValue).toList();
    }

    private static Map<String, String> provenance(Run run, String arch, Network network) {
        Cost cost = Cost.of(network);
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("architecture", arch);
        provenance.put("space", run.space().name());
        provenance.put("input", run.space().input().toString());
        provenance.put("flops", "" + cost.flops());
        provenance.put("params", "" + cost.parameters());
        run.store().architecture(arch).ifPresent(e -> provenance.put("search_accuracy", "" + e.accuracy()));
        run.store().retrained().stream()
                .filter(r -> r.is(Retrained.Kind.WINNER))
                .forEach(r -> provenance.put("test_accuracy", "" + r.testAccuracy()));
        provenance.put("k", "" + run.settings().supernet().k());
        provenance.put("seed", "" + run.settings().seed());
        provenance.put("data", run.dataset().report().name());
        provenance.put("data_fingerprint", run.dataset().report().fingerprint());
        provenance.putAll(MetadataWriter.versions());
        return provenance;
    }
}
