package kshot.execute.layers;

import java.util.ArrayList;
import java.util.List;
import kshot.network.FeatureShape;
import kshot.network.Node;
import kshot.onednn.Workspace;
import kshot.onednn.Workspace.Buffer;

/**
 * A layer in its place in a pass: y = f(x, θ) on the way forward, ∂L/∂x and ∂L/∂θ from ∂L/∂y on the way back. Its constructor
 * claims what the two have to know of each other.
 */
abstract class Operation {
    final Tape tape;
    final Features features;
    final Workspace workspace;
    final Node node;
    private final List<Buffer> kept = new ArrayList<>();

    Operation(Tape tape, Node node) {
        this.tape = tape;
        this.features = tape.features();
        this.workspace = features.workspace();
        this.node = node;
    }

    /** Computes y, held once. */
    abstract Buffer forward();

    /**
     * Writes ∂L/∂θ and contributes ∂L/∂x.
     *
     * @param dy ∂L/∂y, which stays the caller's; may be overwritten if it is exclusive
     */
    abstract void backward(Buffer dy);

    /** Keeps a buffer, which is handed over, for the way back. */
    final Buffer keep(Buffer buffer) {
        kept.add(buffer);
        return buffer;
    }

    /** Releases what was kept. */
    final void release() {
        kept.forEach(features::release);
        kept.clear();
    }

    final Buffer x(int input) {
        return tape.value(node.inputs().get(input));
    }

    final FeatureShape inputShape(int input) {
        return node.inputShapes().get(input);
    }

    final boolean isWanted(int input) {
        return tape.isWanted(node.inputs().get(input));
    }

    /** Adds to ∂L/∂x; the buffer is handed over. */
    final void contribute(int input, Buffer dx) {
        tape.contribute(node.inputs().get(input), dx);
    }

    /** Returns memory for a gradient of the shape of dy, held once: dy itself if nobody else needs it. */
    final Buffer inPlaceOf(Buffer dy) {
        return dy.isExclusive() ? dy.hold() : features.take(node.shape());
    }
}
