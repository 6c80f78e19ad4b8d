package kshot.tensor;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;

/**
 * The process group NCCL, in which each rank has a graphics card. The launcher lets its calls wait
 * ({@code TORCH_NCCL_BLOCKING_WAIT}), so that a lost rank is an error and no abort.
 */
final class NcclGroup {
    private NcclGroup() {}

    /** Joins it, as soon as all other ranks do; the caller closes it. */
    static Backend join(TCPStore store, int rank, int size, Milliseconds timeout) {
        Cuda.problemOfRanks().ifPresent(problem -> {
            throw new IllegalStateException("ranks can't use graphics cards: " + problem);
        });
        try (PointerScope scope = new PointerScope()) {
            ProcessGroupNCCL.Options options = ProcessGroupNCCL.Options.create();
            options.timeout(timeout);
            return NativeScope.own(new ProcessGroupNCCL(new PrefixStore("nccl", store), rank, size, options));
        }
    }
}
