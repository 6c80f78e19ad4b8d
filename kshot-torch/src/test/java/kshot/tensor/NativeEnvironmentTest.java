package kshot.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NativeEnvironmentTest {
    @Test
    void everythingThatIsMissingIsNamed() {
        assertThat(NativeEnvironment.missing(Map.of("OPENBLAS_NUM_THREADS", "4"), "Linux"))
                .hasSize(3)
                .anyMatch(text -> text.equals("OPENBLAS_NUM_THREADS=1"))
                .anyMatch(text -> text.startsWith("ONEDNN_PRIMITIVE_CACHE_CAPACITY="))
                .anyMatch(text -> text.startsWith("GLIBC_TUNABLES="));
        assertThat(NativeEnvironment.missing(Map.of("OPENBLAS_NUM_THREADS", "1"), "Mac OS X"))
                .containsExactly("ONEDNN_PRIMITIVE_CACHE_CAPACITY=100000");
    }

    @Test
    void nothingIsMissingWhereTheLauncherSetsAll() {
        assertThat(NativeEnvironment.missing(
                        Map.of(
                                "OPENBLAS_NUM_THREADS", "1",
                                "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "5000",
                                "GLIBC_TUNABLES", "glibc.malloc.hugetlb=0"),
                        "Linux"))
                .isEmpty();
    }
}
