package kshot.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import kshot.common.InvalidInputException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:x", "CPU", "cpu:0"})
    void anotherNameIsRefused(String name) {
        assertThatThrownBy(() -> new Device(name))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("device: " + name
                        + " is not allowed; allowed: cpu, cpu-libtorch, cuda, or cuda: and a number from 0");
    }

    @Test
    void eachRankOfAMachineHasACardOfItsOwn() {
        assertThat(Device.CARD.ofRank(3)).isEqualTo(new Device("cuda:3"));
        assertThat(new Device("cuda:1").ofRank(3)).isEqualTo(new Device("cuda:1"));
        assertThat(Device.PROCESSOR.ofRank(3)).isEqualTo(Device.PROCESSOR);
    }

    @Test
    void theProcessorIsAlwaysUsable() {
        Device.PROCESSOR.requireUsable();
        Device.LIBTORCH.requireUsable();
        assertThat(Device.PROCESSOR.peakBytes()).isZero();
        Device.LIBTORCH.await();
    }

    @Test
    void aCardThatCannotBeUsedIsRefusedInOneLine() {
        Assumptions.assumeTrue(Cuda.problem().isPresent(), "needs a machine without a graphics card");
        assertThat(Device.fastest()).isEqualTo(Device.PROCESSOR);
        assertThatThrownBy(Device.CARD::requireUsable)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("device: cuda is not allowed; allowed: cpu, as "
                        + Cuda.problem().orElseThrow())
                .hasMessageNotContaining("\n");
    }

    /** The messages are those of Linux's loader. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    libcuda.so.1 | NVIDIA's driver, 580 or newer
                    libcudart.so.13 | CUDA 13
                    libcublas.so.13 | CUDA 13
                    libcusparse.so.12 | CUDA 13
                    libcudnn.so.9 | cuDNN 9
                    libcudnn_cnn.so.9 | cuDNN 9
                    libnccl.so.2 | NCCL 2
                    """)
    void whatIsMissingIsNamedWithWhatBringsIt(String library, String owner) {
        Throwable root = new UnsatisfiedLinkError("/home/a/.javacpp/cache/libjnicudart.so: " + library
                + ": cannot open shared object file: No such file or directory");
        assertThat(Cuda.missing(new UnsatisfiedLinkError("no jnicudart in java.library.path").initCause(root)))
                .isEqualTo(library + " is not found: install " + owner);
    }

    @Test
    void anotherErrorOfTheLoaderIsToldAsItIs() {
        assertThat(Cuda.missing(new UnsatisfiedLinkError("undefined symbol: cudnnCreate\nmore")))
                .isEqualTo("the natives of CUDA can't be loaded: undefined symbol: cudnnCreate");
    }

    /** Lines as nvidia-smi prints them for {@code --query-gpu=name,memory.total,compute_cap,driver_version}. */
    @Test
    void theDriversListIsRead() {
        assertThat(GraphicsCard.parse("NVIDIA H200, 143771, 9.0, 580.65.06"))
                .contains(new GraphicsCard("NVIDIA H200", 143771L << 20, 9.0, "580.65.06"));
        assertThat(GraphicsCard.parse("No devices were found")).isEmpty();
        assertThat(GraphicsCard.parse("NVIDIA GeForce GTX 1080, [N/A], 6.1, 580.65"))
                .isEmpty();
    }
}
