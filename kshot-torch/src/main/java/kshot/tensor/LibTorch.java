package kshot.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kshot.common.NativeLibrary;
import kshot.onednn.Address;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The start of libtorch, and the few tensor calls that its Java binding makes wordy.
 *
 * <p>A call that works in place returns an alias that lives only as long as the object it was called on: never keep its
 * result, keep the object.
 */
public final class LibTorch {
    private static final String CACHE_PROPERTY = "org.bytedeco.javacpp.cachedir";

    static {
        load();
    }

    private LibTorch() {}

    /** Loads the natives; happens once. NNPACK serves no kernel here and warns at each call where it can't run. */
    public static synchronized void load() {
        NativeEnvironment.check();
        try (UnpackingLock lock = UnpackingLock.of(cacheFolder())) {
            unpackBeforeUse("torch_cpu");
            Loader.load(torch.class);
            Cuda.register();
        } catch (UnsatisfiedLinkError e) {
            throw NativeLibrary.unusable("libtorch", cacheFolder(), CACHE_PROPERTY, e);
        }
        torch.globalContext().setUserEnabledNNPACK(false);
    }

    /**
     * Loads all natives that trainings use, where several processes of a machine start at once: each unpacks what is missing while
     * the others wait.
     */
    public static synchronized void loadAll() {
        load();
        try (UnpackingLock lock = UnpackingLock.of(cacheFolder())) {
            Loader.load(openblas.class);
            Loader.load(dnnl.class);
        }
    }

    /** Returns the environment variables whose absence makes natives slow, each as {@code NAME=VALUE} with a value that does. */
    public static List<String> missingEnvironment() {
        return NativeEnvironment.missing(System.getenv(), System.getProperty("os.name"));
    }

    /**
     * Unpacks a library to where the others look for it. On a machine's first run JavaCPP loads libtorch before it unpacks
     * what libtorch depends on; another version installed on the system would take its place, and crash.
     */
    private static void unpackBeforeUse(String library) {
        try {
            Loader.cacheResource(torch.class, Cuda.platform() + "/" + System.mapLibraryName(library));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "can't unpack " + library + " to " + cacheFolder() + ": " + e.getMessage(), e);
        }
    }

    private static String cacheFolder() {
        return System.getProperty(CACHE_PROPERTY, System.getProperty("user.home") + "/.javacpp/cache");
    }

    /**
     * Loads the natives and sets the number of threads. The last digits of results depend on it, so it belongs to the
     * settings of a run.
     */
    public static void start(int threads) {
        torch.set_num_threads(threads);
    }

    /** Returns the number of threads that a kernel may use. */
    public static int threads() {
        return torch.get_num_threads();
    }

    /** Returns whether convolutions in bfloat16 run on instructions of their own here, and are faster than in float32. */
    public static boolean hasFastBfloat16() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo")).matches("(?s).*\\b(avx512_bf16|amx_bf16|bf16)\\b.*");
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the version of libtorch and of its Java binding. */
    public static String version() {
        return versionOf(torch.class);
    }

    /** Returns the version of oneDNN and of its Java binding. */
    public static String oneDnnVersion() {
        return versionOf(dnnl.class);
    }

    private static String versionOf(Class<?> binding) {
        String version = binding.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    /** Returns where the values of a tensor are. */
    public static long address(Tensor tensor) {
        return tensor.data_ptr().address();
    }

    /** Returns float32 in the memory of someone else, as a vector. */
    public static Tensor floatsAt(long where, long count) {
        return torch.from_blob(new Address().of(where), new long[] {count}, new TensorOptions(ScalarType.Float));
    }

    /** Returns the type of a tensor; the binding returns enums that have to be interned to be compared. */
    public static ScalarType type(Tensor tensor) {
        return tensor.scalar_type().intern();
    }

    /** Returns a tensor in another type; itself where it has that type. */
    public static Tensor cast(Tensor tensor, ScalarType type) {
        return type(tensor) == type
                ? tensor
                : tensor.to(new TensorOptions(type), false, false, new MemoryFormatOptional());
    }

    /** Returns the values as float32, in the order of the tensor's logical dimensions. */
    public static float[] toFloats(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        cast(tensor, ScalarType.Float).cpu().contiguous().data_ptr_float().get(values);
        return values;
    }

    /** Returns the values as float64, in the order of the tensor's logical dimensions. */
    public static double[] toDoubles(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.numel())];
        cast(tensor, ScalarType.Double).cpu().contiguous().data_ptr_double().get(values);
        return values;
    }

    /** Returns vectors one after the other. */
    public static Tensor concatenate(Iterable<Tensor> parts) {
        TensorVector vector = new TensorVector();
        for (Tensor part : parts) {
            vector.push_back(part);
        }
        return vector.size() == 1 ? vector.get(0) : torch.cat(vector, 0);
    }
}
