package kshot.tensor;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import kshot.common.InvalidInputException;
import kshot.ranks.Links;
import kshot.ranks.LostRankException;
import kshot.ranks.Ranks;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.ReduceOp;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The collective of several ranks, over process groups of libtorch: Gloo for numbers of the processor, and NCCL, from the first tensor on a
 * graphics card on, for those. One thread of a rank may call.
 */
public final class GroupCollective implements Collective {
    private static final int PORT_BITS = 0xFFFF;

    private final int rank;
    private final int size;
    private final TCPStore store;
    private final Duration timeout;
    private final Backend group;
    private @Nullable Backend ofCards;
    private long bytes;
    private long nanos;

    private GroupCollective(int rank, int size, TCPStore store, String address, Duration timeout) {
        this.rank = rank;
        this.size = size;
        this.store = store;
        this.timeout = timeout;
        this.group = group(rank, size, store, address, timeout);
    }

    /**
     * Returns the collective of ranks that are connected, as soon as all of them have called this. Rank 0 says by a message where the
     * others find it.
     *
     * @param timeout after which a call fails
     */
    public static GroupCollective of(Links links, Duration timeout) {
        Ranks ranks = links.ranks();
        return ranks.isLead()
                ? lead(ranks.size(), links.address(), timeout, port -> links.sendAll("" + port))
                : join(
                        ranks.rank(),
                        ranks.size(),
                        ranks.host(),
                        Integer.parseInt(links.receive(0)),
                        links.address(),
                        timeout);
    }

    /**
     * Returns the collective of rank 0, as soon as all others are there.
     *
     * @param address of this machine by which the others reach it
     * @param port hears at which port the others have to join
     * @param timeout after which a call fails
     */
    static GroupCollective lead(int size, String address, Duration timeout, IntConsumer port) {
        TCPStore store = store(address, 0, timeout);
        port.accept(store.getPort() & PORT_BITS);
        return new GroupCollective(0, size, store, address, timeout);
    }

    /**
     * Returns the collective of another rank, as soon as all others are there.
     *
     * @param lead the address of rank 0
     * @param port that rank 0 has said
     * @param address of this machine by which the others reach it
     * @param timeout after which a call fails
     */
    static GroupCollective join(int rank, int size, String lead, int port, String address, Duration timeout) {
        return new GroupCollective(rank, size, store(lead, port, timeout), address, timeout);
    }

    /** By port 0 a server at a free port. */
    private static TCPStore store(String host, int port, Duration timeout) {
        LibTorch.load();
        torch.initLogging(); // or TORCH_CPP_LOG_LEVEL counts for nothing
        try (PointerScope scope = new PointerScope()) {
            TCPStoreOptions options = new TCPStoreOptions();
            options.port((short) port).isServer(port == 0).waitWorkers(false).timeout(milliseconds(timeout));
            return NativeScope.own(new TCPStore(host, options));
        } catch (RuntimeException e) {
            throw new LostRankException("ranks can't meet at " + host + " port " + port + ": " + firstLine(e), e);
        }
    }

    private static ProcessGroupGloo group(int rank, int size, TCPStore store, String address, Duration timeout) {
        try (PointerScope scope = new PointerScope()) {
            ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(milliseconds(timeout));
            options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(address)));
            return NativeScope.own(new ProcessGroupGloo(store, rank, size, options));
        } catch (RuntimeException e) {
            throw new LostRankException("rank " + rank + " does not reach the others: " + firstLine(e), e);
        }
    }

    private static Milliseconds milliseconds(Duration duration) {
        return new Milliseconds(duration.toMillis());
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void sum(Tensor values) {
        reduce(values, ReduceOp.RedOpType.SUM);
    }

    @Override
    public double[] sum(double... values) {
        try (PointerScope scope = new PointerScope()) {
            Tensor vector = Tensor.create(values);
            sum(vector);
            return LibTorch.toDoubles(vector);
        }
    }

    @Override
    public double[] broadcast(double... values) {
        try (PointerScope scope = new PointerScope()) {
            Tensor vector = Tensor.create(values);
            broadcast(vector);
            return LibTorch.toDoubles(vector);
        }
    }

    @Override
    public void broadcast(Tensor values) {
        Backend ofDevice = group(values);
        wait(values, () -> ofDevice.broadcast(new TensorVector(values)));
    }

    private void reduce(Tensor values, ReduceOp.RedOpType operation) {
        Backend ofDevice = group(values);
        wait(
                values,
                () -> ofDevice.allreduce(
                        new TensorVector(values), new AllreduceOptions().reduceOp(new ReduceOp(operation))));
    }

    /** Returns the group that joins tensors where these are. All ranks come to the same in the same order. */
    private Backend group(Tensor values) {
        if (values.is_cpu()) {
            return group;
        }
        if (ofCards == null) {
            ofCards = NcclGroup.join(store, rank, size, milliseconds(timeout));
        }
        return ofCards;
    }

    private interface Message {
        Work send();
    }

    private void wait(Tensor values, Message message) {
        long start = System.nanoTime();
        try (PointerScope scope = new PointerScope()) {
            message.send()._wait();
        } catch (RuntimeException e) {
            throw new LostRankException("rank " + rank + " has lost touch with another rank: " + firstLine(e), e);
        }
        nanos += System.nanoTime() - start;
        bytes += values.nbytes();
    }

    @Override
    public void requireAgreement(String what, long... numbers) {
        long hash = 31L * what.hashCode() + Arrays.hashCode(numbers);
        try (PointerScope scope = new PointerScope()) {
            // The largest of the complements is the complement of the smallest.
            Tensor bounds = Tensor.create(hash, ~hash);
            reduce(bounds, ReduceOp.RedOpType.MAX);
            long[] found = toLongs(bounds);
            if (found[0] != ~found[1]) {
                throw disagreement(what, hash);
            }
        }
    }

    private InvalidInputException disagreement(String what, long hash) {
        Tensor all = Tensor.create(new long[size]);
        all.data_ptr_long().put(rank, hash);
        reduce(all, ReduceOp.RedOpType.SUM);
        long[] hashes = toLongs(all);
        List<Integer> others = IntStream.range(1, size)
                .filter(r -> hashes[r] != hashes[0])
                .boxed()
                .toList();
        return new InvalidInputException((others.size() == 1 ? "rank " : "ranks ")
                + String.join(", ", others.stream().map(String::valueOf).toList())
                + (others.size() == 1 ? " disagrees" : " disagree") + " with rank 0 about the " + what);
    }

    private static long[] toLongs(Tensor tensor) {
        long[] values = new long[Math.toIntExact(tensor.numel())];
        tensor.data_ptr_long().get(values);
        return values;
    }

    @Override
    public Traffic traffic() {
        return new Traffic(bytes, nanos / 1e9);
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** The others see it as a loss if they still want something. */
    @Override
    public void close() {
        if (ofCards != null) {
            ofCards.close();
        }
        group.close();
        store.close();
    }
}
