package kshot.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kshot.common.InvalidInputException;
import kshot.common.NativeLibrary;
import kshot.common.Range;
import kshot.network.FeatureShape;
import org.jspecify.annotations.Nullable;

/**
 * A model of {@link OnnxWriter} that is loaded in ONNX Runtime on the CPU. It is deterministic, sends no telemetry and
 * logs errors only. Equal images give equal logits as long as the number of threads is the same; another number may
 * change the last digits.
 *
 * <p>ONNX Runtime has its own threads for each session, and the process may also contain libtorch with other threads.
 * The threads of a session stop as soon as a run ends, instead of spinning until the next one, so the two libraries
 * compete only if both compute at the same time.
 *
 * <p>The session holds the weights in native memory until {@link #close()}. Several threads may use it.
 */
public final class OnnxSession implements AutoCloseable {
    /** The one environment of the process, created when the first model is opened. */
    private static final class Environment {
        static final OrtEnvironment INSTANCE =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "kshot");
    }

    private final OrtSession session;
    private final FeatureShape input;
    private final int classes;

    private static OrtEnvironment environment() {
        try {
            return Environment.INSTANCE;
        } catch (LinkageError e) {
            String property = "java.io.tmpdir";
            throw NativeLibrary.unusable("ONNX Runtime", System.getProperty(property), property, e);
        }
    }

    private OnnxSession(OrtSession session, FeatureShape input, int classes) {
        this.session = session;
        this.input = input;
        this.classes = classes;
    }

    /** Returns the version of ONNX Runtime. */
    public static String runtimeVersion() {
        return environment().getVersion();
    }

    /**
     * Opens a model file.
     *
     * @param threads the number of threads that compute one run, at least 1
     * @throws InvalidInputException if the file can't be read or is not such a model
     */
    public static OnnxSession open(Path file, int threads) {
        byte[] model;
        try {
            model = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new InvalidInputException("model " + file + " can't be read: " + e, e);
        }
        return open(model, "model " + file, threads);
    }

    /**
     * Opens a model from the bytes of its file.
     *
     * @param threads the number of threads that compute one run, at least 1
     * @throws InvalidInputException if they are not such a model
     */
    public static OnnxSession open(byte[] model, int threads) {
        return open(model, "model of " + model.length + " bytes", threads);
    }

    private static OnnxSession open(byte[] model, String what, int threads) {
        Range.atLeast(1).require("threads", threads);
        try (SessionOptions options = new SessionOptions()) {
            configure(options, threads);
            environment().setTelemetry(false);
            OrtSession session = environment().createSession(model, options);
            try {
                long[] images =
                        shape(what, OnnxWriter.IMAGES, session.getInputInfo().get(OnnxWriter.IMAGES), 4);
                long[] logits =
                        shape(what, OnnxWriter.LOGITS, session.getOutputInfo().get(OnnxWriter.LOGITS), 2);
                FeatureShape input = new FeatureShape((int) images[1], (int) images[2], (int) images[3]);
                return new OnnxSession(session, input, (int) logits[1]);
            } catch (OrtException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (OrtException e) {
            throw new InvalidInputException(what + " can't be run by ONNX Runtime: " + e.getMessage(), e);
        }
    }

    private static void configure(SessionOptions options, int threads) throws OrtException {
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setDeterministicCompute(true);
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        options.addConfigEntry("session.force_spinning_stop", "1");
        // A model whose declared shapes contradict its operators is refused, not warned of.
        options.addConfigEntry("session.strict_shape_type_inference", "1");
    }

    private static long[] shape(String what, String name, @Nullable NodeInfo info, int rank) {
        if (info != null && info.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT) {
            long[] shape = tensor.getShape();
            if (shape.length == rank && Arrays.stream(shape).skip(1).allMatch(extent -> extent > 0)) {
                return shape;
            }
        }
        throw new InvalidInputException(what + " is not one of kshot: it lacks a float32 tensor '" + name + "' of "
                + rank + " dimensions, all but the first of a fixed size");
    }

    /** Returns the shape of one image. */
    public FeatureShape input() {
        return input;
    }

    /** Returns the number of classes. */
    public int classes() {
        return classes;
    }

    /**
     * Returns the metadata of the model: the keys of {@link OnnxOptions}, of {@link Preprocessing} and of the writer.
     */
    public Map<String, String> metadata() {
        try {
            return new TreeMap<>(session.getMetadata().getCustomMetadata());
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    /**
     * Runs the model.
     *
     * @param images the preprocessed images, one after the other, each C×H×W row-major
     * @param count the number of images
     * @return the logits, count×classes
     */
    public float[][] logits(float[] images, int count) {
        try (OnnxTensor tensor = tensor(images, count);
                OrtSession.Result result = session.run(Map.of(OnnxWriter.IMAGES, tensor), Set.of(OnnxWriter.LOGITS))) {
            return (float[][]) result.get(0).getValue();
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    /**
     * Runs the model and returns all numbers of some of its outputs.
     *
     * @param images as in {@link #logits}
     * @param count the number of images
     * @param outputs the names of float32 outputs
     */
    Map<String, float[]> values(float[] images, int count, Set<String> outputs) {
        try (OnnxTensor tensor = tensor(images, count);
                OrtSession.Result result = session.run(Map.of(OnnxWriter.IMAGES, tensor), outputs)) {
            Map<String, float[]> values = new TreeMap<>();
            for (Map.Entry<String, OnnxValue> output : result) {
                values.put(
                        output.getKey(),
                        ((OnnxTensor) output.getValue()).getFloatBuffer().array());
            }
            return values;
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    private OnnxTensor tensor(float[] images, int count) throws OrtException {
        if (count < 1 || images.length != count * input.elements()) {
            throw new IllegalArgumentException(count + " images of " + input + " are not " + images.length + " values");
        }
        long[] shape = {count, input.channels(), input.height(), input.width()};
        return OnnxTensor.createTensor(Environment.INSTANCE, FloatBuffer.wrap(images), shape);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    private static IllegalStateException failure(OrtException e) {
        return new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
}
