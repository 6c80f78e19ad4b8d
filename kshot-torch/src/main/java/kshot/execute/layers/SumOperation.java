package kshot.execute.layers;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import kshot.network.Node;
import kshot.onednn.Workspace.Buffer;

/** A sum of values of one shape: each x and y N×C×H×W. Keeps nothing, and may overwrite a term. */
final class SumOperation extends Operation {
    SumOperation(Tape tape, Node node) {
        super(tape, node);
    }

    @Override
    Buffer forward() {
        List<Buffer> terms = node.inputs().stream().map(tape::value).toList();
        Optional<Buffer> place = node.inputs().stream()
                .filter(tape::mayOverwrite)
                .map(tape::value)
                .findFirst();
        return features.sum(terms, place, node.shape());
    }

    @Override
    void backward(Buffer dy) {
        IntStream.range(0, node.inputs().size()).forEach(term -> contribute(term, dy.hold()));
    }
}
