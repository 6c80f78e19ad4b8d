package kshot.space.macro;

import kshot.network.Layer.Activation.Function;
import kshot.network.NetworkBuilder;
import kshot.network.NetworkBuilder.Value;

/**
 * Squeeze-and-excitation (arXiv:1709.01507): the channels are multiplied by factors made of their means, by two 1×1
 * convolutions with biases, {@code c → max(1, c / reduction) → c}, with ReLU between them and the gate at the end.
 *
 * @param gate {@link Function#HSIGMOID} or {@link Function#SIGMOID}
 */
record SqueezeExcite(int reduction, Function gate) {
    Value build(Value x, String name, NetworkBuilder net) {
        int squeezed = Math.max(1, x.channels() / reduction);
        Value factors = net.relu(net.pointwiseWithBias(net.globalPool(x), name, "se_reduce", squeezed));
        factors = net.pointwiseWithBias(factors, name, "se_expand", x.channels());
        return net.gate(x, net.activation(factors, gate));
    }
}
