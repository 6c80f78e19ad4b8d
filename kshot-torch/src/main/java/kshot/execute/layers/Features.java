package kshot.execute.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kshot.network.FeatureShape;
import kshot.onednn.DataType;
import kshot.onednn.Kernels;
import kshot.onednn.Workspace;
import kshot.onednn.Workspace.Buffer;

/**
 * The memory of a pass for features of its images, N×C×H×W channels last, and what is done with features whatever layer they
 * are of: taking and releasing them, sums, conversions.
 */
public final class Features {
    private final Kernels kernels;
    private final Workspace workspace;
    private final Rounding rounding;
    private final long n;
    private final Gradients gradients;
    private final int threads;

    /**
     * Features in a workspace.
     *
     * @param rounding applied to each value and gradient
     * @param n images
     * @param gradients which gradients a backward pass will compute
     * @param threads that work on a kernel together
     */
    public Features(Kernels kernels, Workspace workspace, Rounding rounding, long n, Gradients gradients, int threads) {
        this.kernels = kernels;
        this.workspace = workspace;
        this.rounding = rounding;
        this.n = n;
        this.gradients = gradients;
        this.threads = threads;
    }

    Kernels kernels() {
        return kernels;
    }

    Workspace workspace() {
        return workspace;
    }

    long n() {
        return n;
    }

    /** Returns whether a backward pass may follow. */
    boolean training() {
        return gradients != Gradients.NONE;
    }

    /** Returns whether that computes the gradient of some values: of the images, or of the weights. */
    boolean wants(Gradients some) {
        return gradients == some;
    }

    /** Returns which batches a kernel is for whose first argument has the given shape. */
    Kernels.Use use(FeatureShape shape) {
        return new Kernels.Use(n, shape, training(), threads);
    }

    /** Takes memory for N×C×H×W features, held once. */
    Buffer take(FeatureShape shape) {
        return workspace.take(bytes(shape));
    }

    /** Takes memory for float32 values, held once. */
    Buffer takeFloats(long count) {
        return workspace.take(count * Float.BYTES);
    }

    long bytes(FeatureShape shape) {
        return n * shape.elements() * kernels.type().bytes();
    }

    void release(Buffer buffer) {
        workspace.release(buffer);
    }

    /**
     * Rounds a value or its gradient as kernels of the numbers asked for would have done. Images and class scores, which are not of
     * the workspace, stay: those are rounded, these float32.
     */
    void round(Buffer features, FeatureShape shape) {
        if (features.isOwn()) {
            rounding.round(features.address(), n * shape.elements());
        }
    }

    /**
     * Sums features of one shape.
     *
     * @param place the term that the sum may overwrite
     * @return the sum, held once
     */
    Buffer sum(List<Buffer> terms, Optional<Buffer> place, FeatureShape shape) {
        List<Buffer> ordered = new ArrayList<>(terms);
        place.ifPresent(first -> {
            ordered.remove(first);
            ordered.add(0, first);
        });
        Buffer y = place.map(Buffer::hold).orElseGet(() -> take(shape));
        kernels.sum(terms.size(), use(shape))
                .run(workspace, ordered.stream().map(Buffer::address).toList(), y.address());
        return y;
    }

    /** Returns features as float32, held once more. */
    Buffer toFloats(Buffer features, FeatureShape shape) {
        if (kernels.type() == DataType.FLOAT32) {
            return features.hold();
        }
        return kernels.widening(use(shape)).widen(workspace, features.address());
    }

    /** Returns features of float32 values, which are handed over. */
    Buffer fromFloats(Buffer floats, FeatureShape shape) {
        if (kernels.type() == DataType.FLOAT32) {
            return floats;
        }
        Buffer features = take(shape);
        kernels.widening(use(shape)).narrow(workspace, floats, features.address());
        return features;
    }
}
