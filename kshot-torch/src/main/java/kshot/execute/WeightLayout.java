package kshot.execute;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kshot.network.Network;
import kshot.network.Parameter;
import kshot.network.WeightShape;
import org.bytedeco.pytorch.Tensor;

/**
 * The layout of a set of parameters in one flat vector: block after block, in a block slot after slot, and
 * in a slot output channel first, then pixels of the kernel, then input channels. That is the order that channels-last
 * kernels want, so a slot is a view of the vector and never a copy.
 */
public final class WeightLayout {
    private final List<Parameter> parameters;
    private final Map<String, List<Parameter>> blocks;
    private final Map<String, Place> places = new HashMap<>();
    private final long size;

    private record Place(long offset, WeightShape shape) {}

    private WeightLayout(List<Parameter> unordered) {
        blocks = new LinkedHashMap<>();
        for (Parameter parameter : unordered) {
            blocks.computeIfAbsent(parameter.block(), b -> new ArrayList<>()).add(parameter);
        }
        parameters = blocks.values().stream().flatMap(List::stream).toList();
        long end = 0;
        for (Parameter parameter : parameters) {
            places.put(parameter.slot(), new Place(end, parameter.shape()));
            end += parameter.shape().count();
        }
        size = end;
    }

    /** The weights that a network needs to run. */
    public static WeightLayout of(Network network) {
        return new WeightLayout(network.liveParameters());
    }

    /** Returns the layout of parameters, those of a block beside each other. */
    public static WeightLayout of(List<Parameter> parameters) {
        return new WeightLayout(parameters);
    }

    /** Returns the parameters in the order of the vector. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /** The parameters by block, in the order of the vector. */
    public Map<String, List<Parameter>> blocks() {
        return blocks;
    }

    /** Length of the vector. */
    public long size() {
        return size;
    }

    /** Returns where the values of a parameter begin, counted in numbers. */
    public long offset(Parameter parameter) {
        return place(parameter).offset;
    }

    /** The shape of the slot that a parameter is a slice of. */
    public WeightShape shape(Parameter parameter) {
        return place(parameter).shape;
    }

    /** Returns whether the vector has a slot for a parameter. */
    public boolean has(Parameter parameter) {
        return places.containsKey(parameter.slot());
    }

    private Place place(Parameter parameter) {
        Place place = places.get(parameter.slot());
        if (place == null) {
            throw new IllegalArgumentException("no weights for " + parameter.slot());
        }
        return place;
    }

    /** A parameter as a view of the flat vector, in the shape that kernels expect: O×I×k×k, O×I or O. */
    public Tensor view(Tensor flat, Parameter parameter) {
        return inKernelOrder(flat.narrow(0, offset(parameter), parameter.shape().count()), parameter);
    }

    /** Contiguous weights of one parameter in storage order, seen in the shape that kernels expect. */
    static Tensor inKernelOrder(Tensor stored, Parameter parameter) {
        long out = parameter.shape().out();
        long in = parameter.shape().in();
        long kernel = parameter.shape().kernel();
        return switch (parameter.role()) {
            case CONVOLUTION, DEPTHWISE -> stored.view(out, kernel, kernel, in).permute(0, 3, 1, 2);
            case LINEAR -> stored.view(out, in);
            case BIAS, SCALE, SHIFT -> stored;
        };
    }

    /** The inverse of {@link #inKernelOrder}: a flat vector, a view where the strides allow it. */
    static Tensor inStorageOrder(Tensor tensor, Parameter parameter) {
        return switch (parameter.role()) {
            case CONVOLUTION, DEPTHWISE -> tensor.permute(0, 2, 3, 1).reshape(-1);
            case LINEAR -> tensor.reshape(-1);
            case BIAS, SCALE, SHIFT -> tensor;
        };
    }
}
