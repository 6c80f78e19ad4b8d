package kshot.study;

import static org.assertj.core.api.Assertions.assertThat;

import kshot.space.Architecture;
import kshot.space.Decision;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.Test;

class RegularitiesTest {
    private static final SearchSpace SPACE = Spaces.named("mobilenetv2-se");

    /** The first option of all operations is the identity, the first of all widths a fifth. */
    @Test
    void identitiesAndTheNarrowestWidths() {
        Architecture first = Architecture.of(new int[SPACE.decisions().size()]);
        assertThat(Regularities.of(SPACE, first))
                .containsEntry("large_kernels_first_half", 0.0)
                .containsEntry("large_kernels_second_half", 0.0)
                .containsEntry("identities_first_half", 1.0)
                .containsEntry("identities_second_half", 1.0)
                .containsEntry("width_last", 256 / 1280.0);
    }

    /** The last is the widest, with kernels of 7×7. */
    @Test
    void theWidestWithTheLargestKernels() {
        assertThat(Regularities.of(SPACE, SPACE.last()))
                .containsEntry("large_kernels_first_half", 1.0)
                .containsEntry("large_kernels_second_half", 1.0)
                .containsEntry("identities_first_half", 0.0)
                .containsEntry("identities_second_half", 0.0)
                .containsEntry("width_first", 1.0)
                .containsEntry("width_last", 1.0)
                .containsEntry("width_stride", 1.0)
                .containsEntry("width_others", 1.0);
    }

    /** Of 21 layers the first ten are the first half. */
    @Test
    void halvesAreToldApart() {
        int[] choices = SPACE.last().choices();
        int operations = 0;
        for (int d = 0; d < choices.length; d++) {
            if (SPACE.decisions().get(d).kind() == Decision.Kind.OPERATION) {
                choices[d] = operations < 10 ? 0 : choices[d];
                operations++;
            }
        }
        assertThat(operations).isEqualTo(21);
        assertThat(Regularities.of(SPACE, Architecture.of(choices)))
                .containsEntry("large_kernels_first_half", 0.0)
                .containsEntry("large_kernels_second_half", 1.0)
                .containsEntry("identities_first_half", 1.0)
                .containsEntry("identities_second_half", 0.0);
    }

    @Test
    void aSpaceWithoutWidthsHasNoneToTell() {
        SearchSpace blocks = Spaces.named("nas-bench-macro");
        assertThat(Regularities.of(blocks, blocks.last()))
                .containsOnlyKeys(
                        "large_kernels_first_half",
                        "large_kernels_second_half",
                        "identities_first_half",
                        "identities_second_half");
    }
}
