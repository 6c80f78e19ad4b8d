package kshot.tensor;

import java.util.regex.Pattern;
import kshot.common.InvalidInputException;
import org.bytedeco.pytorch.global.torch;

/**
 * A device that holds tensors and computes with them.
 *
 * @param name as the setting {@code device} has it
 */
public record Device(String name) {
    /** The names of devices, in words. */
    public static final String NAMES = "cpu, cpu-libtorch, cuda, or cuda: and a number from 0";

    private static final Pattern NAME = Pattern.compile("cpu|cpu-libtorch|cuda(:\\d{1,3})?");
    private static final String META = "meta";

    /** The processor of this machine, with kernels of oneDNN and sums on bare addresses. */
    public static final Device PROCESSOR = new Device("cpu");

    /**
     * The processor as a graphics card is used: by libtorch's own layers and by tensor operations alone. It is slower, and shows on
     * every machine what a card would compute.
     */
    public static final Device LIBTORCH = new Device("cpu-libtorch");

    /** Shapes without numbers: tests run on it, because there any tensor that was made on another device is an error. */
    public static final Device SHAPES = new Device(META);

    /** The first graphics card, or that of the rank on its machine. */
    public static final Device CARD = new Device("cuda");

    public Device {
        InvalidInputException.require(isName(name) || name.equals(META), "device", name, NAMES);
    }

    /** Returns whether a device has this name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Returns the fastest device that can be used: the first graphics card where there is one. */
    public static Device fastest() {
        return Cuda.cards() > 0 ? CARD : PROCESSOR;
    }

    /** Returns the card of a rank on its machine where the name leaves it open; otherwise this device. */
    public Device ofRank(int localRank) {
        return equals(CARD) ? new Device(name + ":" + localRank) : this;
    }

    /** Returns whether tensors live in the memory of the processor. */
    public boolean isProcessor() {
        return equals(PROCESSOR) || equals(LIBTORCH);
    }

    /** Returns whether it is a graphics card. */
    public boolean isCard() {
        return name.startsWith(CARD.name);
    }

    /** Returns whether there are kernels of our own for it, beside the operations of libtorch. */
    public boolean hasKernels() {
        return equals(PROCESSOR);
    }

    /** Returns the number of a card, from 0. */
    private int index() {
        return equals(CARD) ? 0 : Integer.parseInt(name.substring(CARD.name.length() + 1));
    }

    /**
     * Checks that the device can be used on this machine.
     *
     * @throws InvalidInputException that says in one line what is missing
     */
    public void requireUsable() {
        if (isCard()) {
            Cuda.problem().ifPresent(problem -> {
                throw InvalidInputException.of("device", name, "cpu, as " + problem);
            });
            InvalidInputException.require(
                    index() < Cuda.cards(), "device", name, "cuda:0 to cuda:" + (Cuda.cards() - 1));
        }
    }

    /**
     * Checks that several ranks can use it, each with a card of its own.
     *
     * @throws InvalidInputException that says in one line what is missing
     */
    public void requireUsableByRanks() {
        InvalidInputException.require(
                !isCard() || equals(CARD), "device", name, "cuda, as each of several ranks has a card of its own");
        if (isCard()) {
            Cuda.problemOfRanks().ifPresent(problem -> {
                throw InvalidInputException.of("device", name, "cpu, as " + problem);
            });
        }
    }

    /** Waits until everything that was begun on it is done, so that its time can be taken. */
    public void await() {
        if (isCard()) {
            torch.cuda_synchronize(index());
        }
    }

    /** Returns the most bytes of a card's memory that tensors of this process have taken at once; 0 where it is no card. */
    public long peakBytes() {
        return isCard() ? torch.getDeviceStats((byte) index()).allocated_bytes().peak() : 0;
    }
}
