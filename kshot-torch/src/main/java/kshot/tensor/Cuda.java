package kshot.tensor;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The graphics cards of this machine, or what keeps kshot from them. The natives for them are in another build of kshot, whose libtorch
 * also runs where there is no card.
 */
public final class Cuda {
    private static final String BINDING = "org.bytedeco.pytorch.global.torch_cuda";
    private static final String NCCL_BINDING = "org.bytedeco.pytorch.global.torch_nccl";
    private static final String WRONG_BUILD =
            "this build of kshot has no CUDA: build it with KSHOT_PROFILE=cuda, or mvn -Pcuda";
    private static final Pattern MISSING = Pattern.compile("(lib[\\w+-]+\\.so[.\\d]*): cannot open shared object file");

    /** The products that libraries belong to, by the beginnings of their names. */
    private static final Map<String, String> OWNERS = Map.of(
            "libcuda.", "NVIDIA's driver, 580 or newer",
            "libcudnn", "cuDNN 9",
            "libnccl", "NCCL 2");

    private static final @Nullable String PROBLEM = isInBuild() ? load(BINDING) : WRONG_BUILD;

    private Cuda() {}

    /** Returns the folder of libtorch's natives on the class path. */
    static String platform() {
        return Loader.getPlatform() + (isInBuild() ? "-gpu" : "");
    }

    private static boolean isInBuild() {
        String natives = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/";
        return torch.class.getResource(natives + System.mapLibraryName("jnitorch_cuda")) != null;
    }

    /**
     * Loads what registers the cards with libtorch, which looks for them once: so this comes before any question about them.
     */
    static void register() {}

    /** Loads natives; returns what is missing, or null. */
    private static @Nullable String load(String binding) {
        try {
            Loader.load(Class.forName(binding));
            return null;
        } catch (ClassNotFoundException | LinkageError | TypeNotPresentException e) {
            return missing(e);
        }
    }

    /** Says in a line what an error of the loader means. */
    static String missing(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        Matcher library = MISSING.matcher(message);
        if (!library.find()) {
            return "the natives of CUDA can't be loaded: " + message;
        }
        String owner = OWNERS.entrySet().stream()
                .filter(entry -> library.group(1).startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("CUDA 13");
        return library.group(1) + " is not found: install " + owner;
    }

    /** Returns why no card can be used, in words; empty where one can. */
    public static Optional<String> problem() {
        LibTorch.load();
        if (PROBLEM != null) {
            return Optional.of(PROBLEM);
        }
        return cards() > 0
                ? Optional.empty()
                : Optional.of(
                        "there is no card that the driver can use: nvidia-smi shows cards, and the driver's version, which"
                                + " has to be 580 or newer");
    }

    /** Returns what keeps several ranks from using a card each, in words; empty where nothing does. */
    public static Optional<String> problemOfRanks() {
        return problem().or(() -> Optional.ofNullable(load(NCCL_BINDING)));
    }

    /** Returns the number of cards that can be used. */
    public static int cards() {
        LibTorch.load();
        return PROBLEM == null ? torch.cuda_device_count() : 0;
    }
}
