package kshot.execute.layers;

import kshot.network.Node;
import kshot.onednn.Workspace.Buffer;

/** The images, N×C×H×W, which are the caller's. */
final class InputOperation extends Operation {
    private final long images;

    InputOperation(Tape tape, Node node, long images) {
        super(tape, node);
        this.images = images;
    }

    @Override
    Buffer forward() {
        return Buffer.of(images);
    }

    @Override
    void backward(Buffer dy) {
        // Nothing comes before the images.
    }
}
