package kshot.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import kshot.common.InvalidInputException;
import kshot.onnx.proto.GraphProto;
import kshot.onnx.proto.ModelProto;
import kshot.onnx.proto.StringStringEntryProto;
import kshot.onnx.proto.TensorProto;
import kshot.onnx.proto.TypeProto;
import kshot.onnx.proto.ValueInfoProto;

/**
 * A quantizer of models of {@link OnnxWriter} to 8-bit integers, in the form of pairs of QuantizeLinear and DequantizeLinear (QDQ)
 * that ONNX Runtime and other programs take. It is static: the ranges of values are those that some images give. The model has
 * the same input, outputs and metadata, and is about a quarter of the size.
 */
public final class Quantizer {
    /** The key of the model's metadata for how it was quantized. */
    public static final String KEY = "kshot.quantized";

    private Quantizer() {}

    /**
     * Returns the quantized model as the bytes of an ONNX file.
     *
     * @param model the bytes of a model whose normalisations are folded
     * @param batches some preprocessed images, such as those that the network was trained on: each array holds whole images, one after the other,
     *     C×H×W row-major; at least one image
     * @throws InvalidInputException if the bytes are no such model, or a value is not finite for an image
     */
    public static byte[] quantize(byte[] model, Stream<float[]> batches) {
        ModelProto original = parse(model);
        GraphProto graph = original.getGraph();
        List<String> values = QuantizedGraph.values(graph);
        Map<String, ValueRange> ranges = new LinkedHashMap<>();
        int[] images = new int[1];
        try (OnnxSession session =
                OnnxSession.open(withOutputs(original, values).toByteArray(), 1)) {
            batches.forEach(batch -> {
                int count = Math.toIntExact(batch.length / session.input().elements());
                images[0] += count;
                session.values(batch, count, Set.copyOf(values.subList(1, values.size())))
                        .forEach((name, numbers) -> merge(ranges, name, numbers));
                merge(ranges, OnnxWriter.IMAGES, batch);
            });
        }
        if (images[0] == 0) {
            throw new IllegalArgumentException("no images to find the ranges of values by");
        }
        ModelProto.Builder quantized = original.toBuilder().setGraph(QuantizedGraph.of(graph, ranges));
        quantized.addMetadataProps(StringStringEntryProto.newBuilder()
                .setKey(KEY)
                .setValue("weights of " + QuantizedGraph.LARGEST_WEIGHT
                        + " steps to either side of zero for each channel, values of 8" + " bits in the ranges of "
                        + images[0] + " images"));
        return quantized.build().toByteArray();
    }

    private static void merge(Map<String, ValueRange> ranges, String name, float[] numbers) {
        for (float number : numbers) {
            InvalidInputException.require(
                    Float.isFinite(number), "value '" + name + "' of the model", number, "finite");
        }
        ranges.merge(name, ValueRange.of(numbers), ValueRange::and);
    }

    private static ModelProto parse(byte[] model) {
        try {
            return ModelProto.parseFrom(model);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException("the model to quantize is no ONNX file: " + e.getMessage(), e);
        }
    }

    /** Returns a model that also gives these values. */
    private static ModelProto withOutputs(ModelProto model, List<String> values) {
        Set<String> taken = new TreeSet<>();
        model.getGraph().getInputList().forEach(input -> taken.add(input.getName()));
        model.getGraph().getOutputList().forEach(output -> taken.add(output.getName()));
        ModelProto.Builder all = model.toBuilder();
        values.stream()
                .filter(taken::add)
                .forEach(value -> all.getGraphBuilder()
                        .addOutput(ValueInfoProto.newBuilder()
                                .setName(value)
                                .setType(TypeProto.newBuilder()
                                        .setTensorType(TypeProto.Tensor.newBuilder()
                                                .setElemType(TensorProto.DataType.FLOAT.getNumber())))));
        return all.build();
    }
}
