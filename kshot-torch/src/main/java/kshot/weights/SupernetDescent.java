package kshot.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import kshot.execute.Gradient;
import kshot.simplex.SimplexCode;
import kshot.tensor.NamedTensors;
import kshot.tensor.NativeScope;
import kshot.weights.DictionaryMath.Block;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Gradient descent on K supernets, and the momenta that it remembers from step to step. */
public final class SupernetDescent implements AutoCloseable {
    private static final String MOMENTUM = ".momentum";

    private final Supernets supernets;
    private final Map<String, Tensor> momenta = new LinkedHashMap<>();

    /** A descent at its start, with momenta 0. */
    public SupernetDescent(Supernets supernets) {
        this.supernets = supernets;
        try (PointerScope scope = new PointerScope()) {
            for (Block block : supernets.blocks()) {
                Tensor zero =
                        supernets.compute().zeros(block.rows(), block.layout().size());
                momenta.put(block.name(), NativeScope.own(zero));
            }
        }
    }

    /**
     * Takes one step on the weights in use. The gradient of each supernet is ∂L/∂θ_k = λ_k ∂L/∂θ̃, so one backward pass serves
     * all K.
     *
     * @param code λ, which the merged weights of the gradient were mixed by
     */
    public void step(Gradient gradient, SimplexCode code, Sgd sgd, double learningRate) {
        supernets.descend(gradient, code, momenta, sgd, learningRate);
    }

    /** Returns the momenta by name, for a checkpoint: as many as weights for each block, as they are, not copied. */
    public NamedTensors state() {
        NamedTensors state = new NamedTensors();
        momenta.forEach((name, momentum) -> state.put(name + MOMENTUM, momentum));
        return state;
    }

    Map<String, Tensor> momenta() {
        return momenta;
    }

    @Override
    public void close() {
        momenta.values().forEach(Tensor::close);
    }
}
