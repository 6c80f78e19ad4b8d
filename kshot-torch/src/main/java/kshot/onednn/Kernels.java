package kshot.onednn;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import kshot.network.FeatureShape;
import kshot.network.Layer;

/**
 * The kernels in use, each compiled when it is first asked for. They may be run by several threads at once, each with its own
 * {@link Workspace}; but a kernel is made for a number of threads that work on it together, so that number is part of what is
 * asked for.
 */
public final class Kernels implements AutoCloseable {
    private static final Map<DataType, Boolean> AVAILABLE = new ConcurrentHashMap<>();

    private final DataType numbers;
    private final Map<Key, AutoCloseable> compiled = new ConcurrentHashMap<>();

    /** Kernels on features of some numbers. */
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
     * Which batches a kernel is for.
     *
     * @param n images
     * @param shape of the first argument
     * @param training whether a backward pass will follow
     * @param threads that work on it together
     */
    public record Use(long n, FeatureShape shape, boolean training, int threads) {}

    private record Key(Object layer, Object variant, Use use) {}

    /** A convolution; its place in a network does not matter. */
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

    /** Batch normalisation, and max(·, 0) after it if asked for. */
    public NormalizationKernels normalization(
            Layer.BatchNorm layer, boolean relu, NormalizationKernels.Mode mode, Use use) {
        Layer.BatchNorm anywhere = new Layer.BatchNorm("", "", layer.channels(), layer.affine());
        return get(
                NormalizationKernels.class,
                new Key(anywhere, relu ? mode.name() + " relu" : mode.name(), use),
                () -> new NormalizationKernels(anywhere, relu, mode, numbers, use.n, use.shape));
    }

    /** An elementwise function. */
    public ElementwiseKernels elementwise(Layer.Activation.Function function, Use use) {
        return get(
                ElementwiseKernels.class,
                new Key(function, "", use),
                () -> new ElementwiseKernels(function, numbers, use.n, use.shape));
    }

    /** A pooling window. */
    public PoolingKernels window(Layer.Pool layer, Use use) {
        return get(
                PoolingKernels.class,
                new Key(layer, "", use),
                () -> PoolingKernels.window(layer, numbers, use.n, use.shape));
    }

    /** The mean over the map. */
    public PoolingKernels globalMean(Use use) {
        return get(
                PoolingKernels.class,
                new Key("global mean", "", use),
                () -> PoolingKernels.global(numbers, use.n, use.shape));
    }

    /** A linear layer, in float32 whatever the features are. */
    public LinearKernels linear(int in, int out, Use use) {
        return get(
                LinearKernels.class, new Key("linear", in + " " + out, use), () -> new LinearKernels(in, out, use.n));
    }

    /** A sum of so many terms. */
    public SumKernel sum(int terms, Use use) {
        return get(SumKernel.class, new Key("sum", terms, use), () -> new SumKernel(terms, numbers, use.n, use.shape));
    }

    /** A product with one factor for each channel. */
    public GateKernels gate(Use use) {
        return get(GateKernels.class, new Key("gate", "", use), () -> new GateKernels(numbers, use.n, use.shape));
    }

    /** A copy into features of another number of channels. */
    public CopyKernel channels(int channels, Use use) {
        return get(
                CopyKernel.class,
                new Key("channels", channels, use),
                () -> new CopyKernel(numbers, use.shape, numbers, channels, use.n));
    }

    /** From features to float32 and back. */
    public Float32Conversion widening(Use use) {
        return get(
                Float32Conversion.class,
                new Key("widening", "", use),
                () -> Float32Conversion.of(numbers, use.shape, use.n));
    }

    /** How many there are, those of a layer counted as one. */
    public int size() {
        return compiled.size();
    }

    private <T extends AutoCloseable> T get(Class<T> kind, Key key, Supplier<T> compile) {
        return kind.cast(compiled.computeIfAbsent(key, k -> compile.get()));
    }

    /** Frees all of them: nobody may run any then, and workspaces that have seen them have to be closed first. */
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
