package kshot.onednn;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import kshot.network.FeatureShape;
import kshot.network.Layer;

/**
 * A cache of kernels, each compiled when it is first asked for. Several threads may run the same kernel at once, each
 * with its own {@link Workspace}. A kernel is compiled for the number of threads that work on it together, so that
 * number is part of its key.
 */
public final class Kernels implements AutoCloseable {
    private static final Map<DataType, Boolean> AVAILABLE = new ConcurrentHashMap<>();

    private final DataType numbers;
    private final Map<Key, AutoCloseable> compiled = new ConcurrentHashMap<>();

    /** Creates an empty cache of kernels for features of a data type. */
    public Kernels(DataType numbers) {
        this.numbers = numbers;
    }

    /** Returns the type of the features. */
    public DataType type() {
        return numbers;
    }

    /** Whether this processor has kernels for such numbers: old ones have none for bfloat16. */
    public static boolean have(DataType numbers) {
        return AVAILABLE.computeIfAbsent(numbers, Kernels::compileOne);
    }

    private static boolean compileOne(DataType numbers) {
        Layer.Convolution layer = new Layer.Convolution("", "", 1, 1, 1, 1, 0, false, false);
        try (ConvolutionKernels trial = new ConvolutionKernels(layer, numbers, 1, new FeatureShape(1, 1, 1), true)) {
            return true;
        } catch (RuntimeException none) {
            return false;
        }
    }

    /**
     * The batches that a kernel is compiled for.
     *
     * @param n the number of images
     * @param shape the shape of the first argument
     * @param training whether a backward pass will follow
     * @param threads the number of threads that work on it together
     */
    public record Use(long n, FeatureShape shape, boolean training, int threads) {}

    private record Key(Object layer, Object variant, Use use) {}

    /** Returns the kernels of a convolution; its place in a network does not matter. */
    public ConvolutionKernels convolution(Layer.Convolution layer, Use use) {
        Layer.Convolution anywhere = new Layer.Convolution(
                "",
                "",
                layer.in(),
                layer.out(),
                layer.kernel(),
                layer.stride(),
                layer.padding(),
                layer.depthwise(),
                layer.bias());
        return get(
                ConvolutionKernels.class,
                new Key(anywhere, "", use),
                () -> new ConvolutionKernels(anywhere, numbers, use.n, use.shape, use.training));
    }

    /** Returns the kernels of batch normalisation, with max(·, 0) after it if asked for. */
    public NormalizationKernels normalization(
            Layer.BatchNorm layer, boolean relu, NormalizationKernels.Mode mode, Use use) {
        Layer.BatchNorm anywhere = new Layer.BatchNorm("", "", layer.channels(), layer.affine());
        return get(
                NormalizationKernels.class,
                new Key(anywhere, relu ? mode.name() + " relu" : mode.name(), use),
                () -> new NormalizationKernels(anywhere, relu, mode, numbers, use.n, use.shape));
    }

    /** Returns the kernels of an elementwise function. */
    public ElementwiseKernels elementwise(Layer.Activation.Function function, Use use) {
        return get(
                ElementwiseKernels.class,
                new Key(function, "", use),
                () -> new ElementwiseKernels(function, numbers, use.n, use.shape));
    }

    /** Returns the kernels of a pooling window. */
    public PoolingKernels window(Layer.Pool layer, Use use) {
        return get(
                PoolingKernels.class,
                new Key(layer, "", use),
                () -> PoolingKernels.window(layer, numbers, use.n, use.shape));
    }

    /** Returns the kernels of the mean over the map. */
    public PoolingKernels globalMean(Use use) {
        return get(
                PoolingKernels.class,
                new Key("global mean", "", use),
                () -> PoolingKernels.global(numbers, use.n, use.shape));
    }

    /** Returns the kernels of a linear layer, in float32 whatever the type of the features is. */
    public LinearKernels linear(int in, int out, Use use) {
        return get(
                LinearKernels.class, new Key("linear", in + " " + out, use), () -> new LinearKernels(in, out, use.n));
    }

    /** Returns the kernel of a sum of a number of terms. */
    public SumKernel sum(int terms, Use use) {
        return get(SumKernel.class, new Key("sum", terms, use), () -> new SumKernel(terms, numbers, use.n, use.shape));
    }

    /** Returns the kernels of a product with one factor for each channel. */
    public GateKernels gate(Use use) {
        return get(GateKernels.class, new Key("gate", "", use), () -> new GateKernels(numbers, use.n, use.shape));
    }

    /** Returns the kernel that copies into features of another number of channels. */
    public CopyKernel channels(int channels, Use use) {
        return get(
                CopyKernel.class,
                new Key("channels", channels, use),
                () -> new CopyKernel(numbers, use.shape, numbers, channels, use.n));
    }

    /** Returns the conversion of features to float32 and back. */
    public Float32Conversion widening(Use use) {
        return get(
                Float32Conversion.class,
                new Key("widening", "", use),
                () -> Float32Conversion.of(numbers, use.shape, use.n));
    }

    /** Returns the number of compiled entries; the kernels of one layer count as one. */
    public int size() {
        return compiled.size();
    }

    private <T extends AutoCloseable> T get(Class<T> kind, Key key, Supplier<T> compile) {
        return kind.cast(compiled.computeIfAbsent(key, k -> compile.get()));
    }

    /**
     * Frees all kernels. No thread may run one any more, and the workspaces that have run them must be closed before.
     */
    @Override
    public void close() {
        for (AutoCloseable kernel : compiled.values()) {
            try {
                kernel.close();
            } catch (Exception e) {
                throw new IllegalStateException("a kernel could not be closed", e);
            }
        }
        compiled.clear();
    }
}
