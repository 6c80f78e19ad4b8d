package kshot.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import kshot.common.InvalidInputException;
import kshot.common.WholeFile;
import kshot.network.Network;
import kshot.network.WeightValues;
import kshot.onnx.proto.ModelProto;
import kshot.onnx.proto.OperatorSetIdProto;
import kshot.onnx.proto.StringStringEntryProto;

/**
 * A writer of networks with given weights as ONNX models: IR version {@value #IR_VERSION}, operator set
 * {@value #OPERATOR_SET}, float32. The input {@value #IMAGES} is N×C×H×W with N left open, the output {@value #LOGITS}
 * is N×classes, and the optional output {@value #PROBABILITIES} is N×classes too. The same network, weights and options
 * give the same bytes.
 */
public final class OnnxWriter {
    /** The version of the file format, which belongs to operator sets 15 to 18. */
    public static final int IR_VERSION = 8;
    /** The version of the operators. */
    public static final int OPERATOR_SET = 17;
    /** The name of the input. */
    public static final String IMAGES = "images";
    /** The name of the output. */
    public static final String LOGITS = "logits";
    /** The name of the second output. */
    public static final String PROBABILITIES = "probabilities";

    private OnnxWriter() {}

    /**
     * Returns the model as the bytes of an ONNX file.
     *
     * @throws InvalidInputException if no path of the network leads from the images to the class scores, or if the
     *     options have other numbers of classes or channels than the network
     * @throws IllegalArgumentException if weights have another size than the network's, or are not finite
     */
    public static byte[] encode(Network network, WeightValues weights, OnnxOptions options) {
        if (!network.isConnected()) {
            throw new InvalidInputException(
                    "the network can't be exported: no path leads from its images to its class scores, so that every"
                            + " image would get the same scores; choose another architecture");
        }
        options.requireMatches(network);
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
                .setProducerName("kshot")
                .setProducerVersion(version())
                .setDocString(options.description())
                .setGraph(GraphEncoder.encode(network, weights, options.fold(), options.probabilities()));
        options.allMetadata()
                .forEach((key, value) -> model.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build().toByteArray();
    }

    /**
     * Writes the model to a file, replacing it. A reader sees the old file or the new one, never a part of it.
     *
     * @throws IOException if the file can't be written
     * @see #encode
     */
    public static void write(Path file, Network network, WeightValues weights, OnnxOptions options) throws IOException {
        WholeFile.write(file, encode(network, weights, options));
    }

    /** Returns the version from the manifest of the jar; classes outside a jar have none. */
    private static String version() {
        return Objects.requireNonNullElse(OnnxWriter.class.getPackage().getImplementationVersion(), "development");
    }
}
