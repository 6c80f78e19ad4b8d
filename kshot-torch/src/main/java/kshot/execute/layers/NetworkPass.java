package kshot.execute.layers;

import kshot.network.Layer;
import kshot.network.Network;
import kshot.network.Node;
import kshot.onednn.Workspace.Buffer;
import org.jspecify.annotations.Nullable;

/** A pass over the live layers of a network: forward, and once backward where its features are for training. */
public final class NetworkPass {
    private final Network network;
    private final PassWeights weights;
    private final Features features;
    private final Buffer scores;
    private final long images;
    private final ExecutionPlan plan;
    private final Tape tape;
    private @Nullable Buffer ofImages;

    /**
     * A pass.
     *
     * @param network has a path from the images to the class scores
     * @param images where they are: N×C×H×W, channels last, in the numbers of the features
     * @param scores where the class scores are written: N×classes float32
     */
    public NetworkPass(Network network, PassWeights weights, Features features, long images, long scores) {
        this.network = network;
        this.weights = weights;
        this.features = features;
        this.images = images;
        this.scores = Buffer.of(scores);
        this.plan = ExecutionPlan.of(network);
        this.tape = new Tape(features, network, plan.readers());
    }

    /** Computes the class scores. */
    public void forward() {
        for (ExecutionPlan.Step step : plan.steps()) {
            tape.forward(step.value(), step.node().accept(new Operations(step.relu())));
        }
    }

    /**
     * Computes the gradients that its features are for.
     *
     * @param dScores where ∂L/∂scores is: N×classes float32
     */
    public void backward(long dScores) {
        tape.contribute(network.output().id(), Buffer.of(dScores));
        tape.backward();
    }

    /**
     * Returns ∂L/∂images after a backward pass for {@link Gradients#OF_IMAGES}: N×C×H×W, channels last, float32. The pass keeps it.
     *
     * @throws IllegalStateException if there was no such pass
     */
    public Buffer gradientOfImages() {
        if (ofImages == null) {
            throw new IllegalStateException("no gradient of the images was asked for");
        }
        return ofImages;
    }

    /** The operation of each layer. */
    private final class Operations implements Layer.Visitor<Operation> {
        private final boolean relu;

        /**
         * The operations of one step.
         *
         * @param relu whether max(·, 0) belongs to the step
         */
        Operations(boolean relu) {
            this.relu = relu;
        }

        @Override
        public Operation input(Layer.Input layer, Node node) {
            return new InputOperation(
                    tape, node, images, gradient -> ofImages = features.toFloats(gradient, node.shape()));
        }

        @Override
        public Operation convolution(Layer.Convolution layer, Node node) {
            return new ConvolutionOperation(tape, node, layer, weights);
        }

        @Override
        public Operation batchNorm(Layer.BatchNorm layer, Node node) {
            return new NormalizationOperation(tape, node, layer, relu, weights);
        }

        @Override
        public Operation activation(Layer.Activation layer, Node node) {
            return new ActivationOperation(tape, node, layer);
        }

        @Override
        public Operation pool(Layer.Pool layer, Node node) {
            return new PoolingOperation(
                    tape,
                    node,
                    features.kernels()
                            .window(layer, features.use(node.inputShapes().get(0))));
        }

        @Override
        public Operation globalPool(Layer.GlobalPool layer, Node node) {
            return new PoolingOperation(
                    tape,
                    node,
                    features.kernels()
                            .globalMean(features.use(node.inputShapes().get(0))));
        }

        @Override
        public Operation linear(Layer.Linear layer, Node node) {
            boolean last = node.id() == network.output().id();
            return new LinearOperation(tape, node, layer, weights, last ? scores : null);
        }

        @Override
        public Operation add(Layer.Add layer, Node node) {
            return new SumOperation(tape, node);
        }

        @Override
        public Operation gate(Layer.Gate layer, Node node) {
            return new GateOperation(tape, node);
        }

        @Override
        public Operation leadingChannels(Layer.LeadingChannels layer, Node node) {
            return new ChannelsOperation(tape, node);
        }

        @Override
        public Operation zero(Layer.Zero layer, Node node) {
            throw new IllegalStateException("zeros are never live");
        }
    }
}
