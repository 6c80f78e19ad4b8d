package kshot.execute.layers;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kshot.network.FeatureShape;
import kshot.network.Network;
import kshot.onednn.Workspace.Buffer;

/**
 * The values of a pass, the operations that have yielded them, and the gradients on the way back. A value is known by the id of its
 * node. It lives from its step to its last reader, and longer where an operation keeps it; a gradient from its first contribution
 * to the operation that has yielded the value.
 */
final class Tape {
    private record Entry(int value, Operation operation) {}

    private final Features features;
    private final Network network;
    private final Buffer[] values;
    private final int[] readersLeft;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Map<Integer, List<Buffer>> contributions = new HashMap<>();

    /**
     * An empty tape.
     *
     * @param readers how often each value will be read
     */
    Tape(Features features, Network network, int[] readers) {
        this.features = features;
        this.network = network;
        this.values = new Buffer[readers.length];
        this.readersLeft = readers.clone();
    }

    Features features() {
        return features;
    }

    Buffer value(int id) {
        return values[id];
    }

    /** Returns whether a step may overwrite a value that it reads: nobody else will read it. */
    boolean mayOverwrite(int id) {
        return values[id].isExclusive() && readersLeft[id] == 1;
    }

    /** Runs an operation forward and records it: its value is there from now on, and its inputs have been read. */
    void forward(int id, Operation operation) {
        Buffer y = operation.forward();
        if (features.training()) {
            entries.push(new Entry(id, operation));
        } else {
            operation.release();
        }
        values[id] = y;
        features.round(y, shape(id));
        operation.node.inputs().forEach(this::read);
    }

    private void read(int id) {
        if (--readersLeft[id] == 0) {
            features.release(values[id]);
        }
    }

    /** Returns whether anything asks for the gradient of a value: of the images the weights do not. */
    boolean isWanted(int id) {
        return id != network.input().id() || features.wants(Gradients.OF_IMAGES);
    }

    /** Adds to the gradient of a value; the buffer is handed over. */
    void contribute(int id, Buffer gradient) {
        if (!isWanted(id)) {
            features.release(gradient);
            return;
        }
        features.round(gradient, shape(id));
        contributions.computeIfAbsent(id, value -> new ArrayList<>()).add(gradient);
    }

    /** Undoes the recorded operations, the last one first: each gets the gradient of its value, if there is one. */
    void backward() {
        while (!entries.isEmpty()) {
            Entry entry = entries.pop();
            List<Buffer> terms = contributions.remove(entry.value);
            if (terms != null) {
                Buffer gradient = sum(entry.value, terms);
                entry.operation.backward(gradient);
                features.release(gradient);
            }
            entry.operation.release();
        }
    }

    /** Sums all contributions to a gradient, which are handed over. */
    private Buffer sum(int id, List<Buffer> terms) {
        if (terms.size() == 1) {
            return terms.get(0);
        }
        Buffer sum =
                features.sum(terms, terms.stream().filter(Buffer::isExclusive).findFirst(), shape(id));
        terms.forEach(features::release);
        features.round(sum, shape(id));
        return sum;
    }

    private FeatureShape shape(int id) {
        return network.nodes().get(id).shape();
    }
}
