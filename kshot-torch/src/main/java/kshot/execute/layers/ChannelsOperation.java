package kshot.execute.layers;

import kshot.network.FeatureShape;
import kshot.network.Node;
import kshot.onednn.Workspace.Buffer;

/** The leading channels, zeros where x has fewer: x N×C×H×W, y N×C'×H×W. Keeps nothing. */
final class ChannelsOperation extends Operation {
    ChannelsOperation(Tape tape, Node node) {
        super(tape, node);
    }

    @Override
    Buffer forward() {
        return leading(x(0), inputShape(0), node.shape());
    }

    @Override
    void backward(Buffer dy) {
        if (isWanted(0)) {
            contribute(0, leading(dy, node.shape(), inputShape(0)));
        }
    }

    private Buffer leading(Buffer source, FeatureShape from, FeatureShape to) {
        Buffer target = features.take(to);
        if (to.channels() > from.channels()) {
            target.clear(features.bytes(to));
        }
        features.kernels()
                .channels(to.channels(), features.use(from))
                .run(workspace, source.address(), target.address());
        return target;
    }
}
