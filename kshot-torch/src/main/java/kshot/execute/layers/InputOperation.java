package kshot.execute.layers;

import java.util.function.Consumer;
import kshot.network.Node;
import kshot.onednn.Workspace.Buffer;

/** The images, N×C×H×W, which are the caller's; their gradient goes where the caller wants it. */
final class InputOperation extends Operation {
    private final long images;
    private final Consumer<Buffer> gradient;

    /**
     * The images.
     *
     * @param gradient called with ∂L/∂images, in the numbers of the features; takes a hold of it to keep it
     */
    InputOperation(Tape tape, Node node, long images, Consumer<Buffer> gradient) {
        super(tape, node);
        this.images = images;
        this.gradient = gradient;
    }

    @Override
    Buffer forward() {
        return Buffer.of(images);
    }

    @Override
    void backward(Buffer dy) {
        gradient.accept(dy);
    }
}
