package kshot.onnx;

import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import kshot.onnx.proto.AttributeProto;
import kshot.onnx.proto.AttributeProto.AttributeType;
import kshot.onnx.proto.GraphProto;
import kshot.onnx.proto.NodeProto;
import kshot.onnx.proto.TensorProto;
import kshot.onnx.proto.TensorShapeProto;
import kshot.onnx.proto.TypeProto;
import kshot.onnx.proto.ValueInfoProto;

/** A builder of ONNX graphs: inputs and outputs, operators with their attributes, constant tensors. */
final class GraphBuilder {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("kshot");
    /** The names in use. Values and constants share one space of names. */
    private final Set<String> taken = new HashSet<>();

    /** Reserves the wanted name, or, if it is in use, that name followed by a number, and returns it. */
    String unique(String wanted) {
        String name = wanted;
        for (int copy = 2; !taken.add(name); copy++) {
            name = wanted + "_" + copy;
        }
        return name;
    }

    /**
     * Adds a float32 input whose first dimension is the batch, N, followed by the given dimensions. Reserves its name.
     */
    void input(String name, long... extents) {
        taken.add(name);
        graph.addInput(value(name, extents));
    }

    /**
     * Adds a float32 output whose first dimension is the batch, N, followed by the given dimensions. Reserves its name,
     * which an operator then yields.
     */
    void output(String name, long... extents) {
        taken.add(name);
        graph.addOutput(value(name, extents));
    }

    /** Adds an operator whose one result has the operator's name. Returns that name. */
    String operator(String type, String name, List<String> inputs, AttributeProto... attributes) {
        return operator(type, name, name, inputs, attributes);
    }

    /** Adds an operator with one result. Returns the name of the result. */
    String operator(String type, String name, String output, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(type)
                .setName(name)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(Arrays.asList(attributes)));
        return output;
    }

    /**
     * Adds a float32 constant in row-major order; a scalar if no dimensions are given. Returns its name.
     *
     * @throws IllegalArgumentException if a number is not finite
     */
    String constant(String wanted, float[] numbers, long... extents) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                throw new IllegalArgumentException(wanted + " holds " + number + "; weights have to be finite");
            }
            bytes.putFloat(number);
        }
        return constant(wanted, TensorProto.DataType.FLOAT, bytes.flip(), extents);
    }

    /** Adds a vector of int64. Returns its name. */
    String constant(String wanted, long... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long number : numbers) {
            bytes.putLong(number);
        }
        return constant(wanted, TensorProto.DataType.INT64, bytes.flip(), numbers.length);
    }

    private String constant(String wanted, TensorProto.DataType type, ByteBuffer bytes, long... extents) {
        String name = unique(wanted);
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .addAllDims(LongStream.of(extents).boxed().toList())
                .setRawData(UnsafeByteOperations.unsafeWrap(bytes)));
        return name;
    }

    /** Returns the graph. */
    GraphProto build() {
        return graph.build();
    }

    /** Returns an attribute of several integers. */
    static AttributeProto integers(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INTS)
                .addAllInts(LongStream.of(values).boxed().toList())
                .build();
    }

    /** Returns an attribute of one integer. */
    static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    /** Returns an attribute of one float32. */
    static AttributeProto real(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    private static ValueInfoProto value(String name, long... extents) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDimBuilder().setDimParam("N");
        for (long extent : extents) {
            shape.addDimBuilder().setDimValue(extent);
        }
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
