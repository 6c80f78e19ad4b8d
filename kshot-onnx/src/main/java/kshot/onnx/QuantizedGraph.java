package kshot.onnx;

import static kshot.onnx.GraphBuilder.integer;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import kshot.onnx.proto.AttributeProto;
import kshot.onnx.proto.GraphProto;
import kshot.onnx.proto.NodeProto;
import kshot.onnx.proto.TensorProto;
import kshot.onnx.proto.ValueInfoProto;

/**
 * A graph of {@link OnnxWriter} in 8-bit integers: each value between two operators passes through a QuantizeLinear and a
 * DequantizeLinear, and the weights of convolutions and linear layers are stored as integers behind a DequantizeLinear. Runtimes
 * replace an operator between such pairs by one that computes with integers. The class scores stay float32.
 *
 * <p>Values are unsigned bytes with one {@link ByteScale} each. Weights are signed, with one scale for each output channel of a
 * convolution and one for a linear layer, and lie in [−{@value #LARGEST_WEIGHT}, {@value #LARGEST_WEIGHT}]: processors without instructions for the sum of products of bytes add two
 * products in 16 bits, which larger weights would overflow. A bias is a 32-bit integer in units of the scale of its sums.
 */
final class QuantizedGraph {
    static final int LARGEST_WEIGHT = 64;

    /** Above it, adding a bias to a sum of products could overflow. */
    private static final double LARGEST_BIAS = 1 << 30;

    private static final double[] NO_WEIGHTS = {};
    private static final int WEIGHT = 1;
    private static final int BIAS = 2;

    /** The operators with weights. */
    private static final Set<String> WITH_WEIGHTS = Set.of("Conv", "Gemm");

    /** The operators that a runtime computes together with the one before, as their result is a part of its range. */
    private static final Set<String> CUTTING = Set.of("Relu", "Clip");

    /** The operators that hand numbers on as they are, and so with the scale that they have. */
    private static final Set<String> MOVING = Set.of("MaxPool", "Flatten", "Slice", "Pad", "Unsqueeze");

    private final GraphProto graph;
    private final Map<String, TensorProto> constants;
    private final Map<String, Set<String>> readers = new HashMap<>();
    private final Set<String> outputs;
    private final Map<String, ValueRange> ranges;

    private final GraphProto.Builder result = GraphProto.newBuilder();
    /** The scale of each quantized value. */
    private final Map<String, ByteScale> scales = new HashMap<>();

    /** The name of what stands for each value or constant after its way through integers, in the order in which they were added. */
    private final Map<String, String> dequantized = new HashMap<>();

    private final Set<String> copied = new HashSet<>();

    private QuantizedGraph(GraphProto graph, Map<String, ValueRange> ranges) {
        this.graph = graph;
        this.ranges = ranges;
        this.constants = graph.getInitializerList().stream()
                .collect(Collectors.toMap(TensorProto::getName, constant -> constant));
        this.outputs =
                graph.getOutputList().stream().map(ValueInfoProto::getName).collect(Collectors.toSet());
        for (NodeProto node : graph.getNodeList()) {
            node.getInputList()
                    .forEach(input -> readers.computeIfAbsent(input, name -> new HashSet<>())
                            .add(node.getOpType()));
        }
    }

    /** Returns the names of the values whose ranges are needed, in the order of the graph. */
    static List<String> values(GraphProto graph) {
        QuantizedGraph quantized = new QuantizedGraph(graph, Map.of());
        List<String> names = new ArrayList<>();
        graph.getInputList().forEach(input -> names.add(input.getName()));
        graph.getNodeList().stream()
                .map(node -> node.getOutput(0))
                .filter(quantized::isBetweenOperators)
                .forEach(names::add);
        return names;
    }

    /**
     * Returns the quantized graph.
     *
     * @param graph float32, as {@link GraphEncoder} writes it
     * @param ranges of all {@link #values}
     */
    static GraphProto of(GraphProto graph, Map<String, ValueRange> ranges) {
        return new QuantizedGraph(graph, ranges).quantize();
    }

    private boolean isBetweenOperators(String value) {
        return !outputs.contains(value) && !CUTTING.containsAll(readers.getOrDefault(value, Set.of()));
    }

    private GraphProto quantize() {
        result.setName(graph.getName()).addAllInput(graph.getInputList()).addAllOutput(graph.getOutputList());
        graph.getInputList().forEach(input -> quantize(input.getName(), scaleOf(input.getName())));
        for (NodeProto node : graph.getNodeList()) {
            // Names and attributes are a twentieth of a small model: the name is that of the result.
            NodeProto.Builder copy = node.toBuilder().clearInput().clearName().clearAttribute();
            node.getAttributeList().stream()
                    .filter(attribute -> !isImplied(node, attribute))
                    .forEach(copy::addAttribute);
            double[] steps = WITH_WEIGHTS.contains(node.getOpType()) ? steps(node) : NO_WEIGHTS;
            for (int i = 0; i < node.getInputCount(); i++) {
                copy.addInput(input(node, i, steps));
            }
            result.addNode(copy);
            String value = node.getOutput(0);
            if (isBetweenOperators(value)) {
                ByteScale moved = MOVING.contains(node.getOpType()) ? scales.get(node.getInput(0)) : null;
                quantize(value, moved == null ? scaleOf(value) : moved);
            }
        }
        return result.build();
    }

    /** Returns whether a convolution is the same without an attribute, by its default or by the shape of the weights. */
    private static boolean isImplied(NodeProto node, AttributeProto attribute) {
        if (!"Conv".equals(node.getOpType())) {
            return false;
        }
        return switch (attribute.getName()) {
            case "kernel_shape" -> true;
            case "group" -> attribute.getI() == 1;
            case "dilations", "strides" -> attribute.getIntsList().stream().allMatch(extent -> extent == 1);
            case "pads" -> attribute.getIntsList().stream().allMatch(extent -> extent == 0);
            default -> false;
        };
    }

    private ByteScale scaleOf(String value) {
        ValueRange range = ranges.get(value);
        if (range == null) {
            throw new IllegalArgumentException("the range of " + value + " is not known");
        }
        return ByteScale.of(range);
    }

    /**
     * Returns the name of what an operator reads in the quantized graph.
     *
     * @param steps of its weights; empty if it has none
     */
    private String input(NodeProto node, int index, double[] steps) {
        String name = node.getInput(index);
        TensorProto constant = constants.get(name);
        if (constant == null) {
            return dequantized.getOrDefault(name, name);
        }
        if (steps.length > 0) {
            return index == WEIGHT ? weight(constant, steps) : bias(constant, inputStep(node), steps);
        }
        if (copied.add(name)) {
            result.addInitializer(constant);
        }
        return name;
    }

    /** Adds the way of a value through bytes. */
    private void quantize(String value, ByteScale scale) {
        scales.put(value, scale);
        String number = "" + dequantized.size();
        String step = scalar("s" + number, floats(scale.scale()), TensorProto.DataType.FLOAT);
        String zero = scalar(
                "z" + number, ByteString.copyFrom(new byte[] {(byte) scale.zeroPoint()}), TensorProto.DataType.UINT8);
        String bytes = operator("QuantizeLinear", "q" + number, List.of(value, step, zero));
        dequantized.put(value, operator("DequantizeLinear", "d" + number, List.of(bytes, step, zero)));
    }

    private String weight(TensorProto weight, double[] steps) {
        float[] numbers = numbers(weight);
        byte[] integers = new byte[numbers.length];
        int size = numbers.length / steps.length;
        for (int i = 0; i < numbers.length; i++) {
            integers[i] = (byte) Math.round(numbers[i] / steps[i / size]);
        }
        return integers(weight, ByteString.copyFrom(integers), TensorProto.DataType.INT8, toFloats(steps));
    }

    private String bias(TensorProto bias, double inputStep, double[] steps) {
        float[] numbers = numbers(bias);
        float[] units = new float[steps.length];
        for (int s = 0; s < steps.length; s++) {
            units[s] = (float) (inputStep * steps[s]);
        }
        ByteBuffer integers =
                ByteBuffer.allocate(Integer.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < numbers.length; c++) {
            integers.putInt((int) Math.round(numbers[c] / (double) units[Math.min(c, units.length - 1)]));
        }
        return integers(bias, UnsafeByteOperations.unsafeWrap(integers.flip()), TensorProto.DataType.INT32, units);
    }

    private double inputStep(NodeProto node) {
        ByteScale scale = scales.get(node.getInput(0));
        if (scale == null) {
            throw new IllegalStateException(node.getName() + " reads " + node.getInput(0) + ", which is not quantized");
        }
        return scale.scale();
    }

    private TensorProto constant(NodeProto node, int input) {
        return Objects.requireNonNull(constants.get(node.getInput(input)), "an operator's weights are constants");
    }

    /**
     * Returns the steps of the weights of each output channel, as float32 has them; for a linear layer one for all. A large bias makes
     * them larger.
     */
    private double[] steps(NodeProto node) {
        TensorProto weight = constant(node, WEIGHT);
        float[] numbers = numbers(weight);
        double[] steps = new double["Gemm".equals(node.getOpType()) ? 1 : (int) weight.getDims(0)];
        int size = numbers.length / steps.length;
        for (int i = 0; i < numbers.length; i++) {
            steps[i / size] = Math.max(steps[i / size], Math.abs(numbers[i]) / LARGEST_WEIGHT);
        }
        float[] bias = node.getInputCount() > BIAS ? numbers(constant(node, BIAS)) : new float[0];
        for (int c = 0; c < bias.length; c++) {
            int step = Math.min(c, steps.length - 1);
            steps[step] = Math.max(steps[step], Math.abs(bias[c]) / (LARGEST_BIAS * inputStep(node)));
        }
        return Arrays.stream(steps)
                .map(step -> step == 0 ? 1 : (double) (float) step)
                .toArray();
    }

    /** Adds integers, and the operator that makes them real again by one step or one for each channel. Returns its result. */
    private String integers(TensorProto constant, ByteString data, TensorProto.DataType type, float[] steps) {
        String number = "" + dequantized.size();
        result.addInitializer(TensorProto.newBuilder()
                .setName("q" + number)
                .setDataType(type.getNumber())
                .addAllDims(constant.getDimsList())
                .setRawData(data));
        String integers = "q" + number;
        String step = "s" + number;
        String real = "d" + number;
        if (steps.length == 1) {
            scalar(step, floats(steps), TensorProto.DataType.FLOAT);
            // Without a zero point ONNX Runtime computes a linear layer in float32.
            String zero = scalar(
                    "z" + number,
                    ByteString.copyFrom(new byte[type == TensorProto.DataType.INT8 ? Byte.BYTES : Integer.BYTES]),
                    type);
            operator("DequantizeLinear", real, List.of(integers, step, zero));
        } else {
            result.addInitializer(TensorProto.newBuilder()
                    .setName(step)
                    .setDataType(TensorProto.DataType.FLOAT.getNumber())
                    .addDims(steps.length)
                    .setRawData(floats(steps)));
            operator("DequantizeLinear", real, List.of(integers, step), integer("axis", 0));
        }
        dequantized.put(constant.getName(), real);
        return real;
    }

    private String operator(String type, String output, List<String> inputs, AttributeProto... attributes) {
        result.addNode(NodeProto.newBuilder()
                .setOpType(type)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    private String scalar(String name, ByteString data, TensorProto.DataType type) {
        result.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(data));
        return name;
    }

    private static float[] numbers(TensorProto tensor) {
        FloatBuffer buffer = tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] numbers = new float[buffer.remaining()];
        buffer.get(numbers);
        return numbers;
    }

    private static float[] toFloats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }

    private static ByteString floats(float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return UnsafeByteOperations.unsafeWrap(bytes);
    }
}
