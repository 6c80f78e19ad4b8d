package kshot.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.ranks.LostRankException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupCollectiveTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void allRanksHaveTheSumOfTensors(int size) {
        List<float[]> sums = RankThreads.run(size, ranks -> {
            try (PointerScope scope = new PointerScope()) {
                Tensor values = Tensor.create(0.1f * (ranks.rank() + 1), ranks.rank());
                ranks.sum(values);
                return LibTorch.toFloats(values);
            }
        });
        assertThat(sums).allSatisfy(sum -> assertThat(sum).isEqualTo(sums.get(0)));
        assertThat(sums.get(0)[1]).isEqualTo(size * (size - 1) / 2f);
    }

    @Test
    void numbersAreSummedUpAndBroadcast() {
        List<double[]> results = RankThreads.run(3, ranks -> new double[] {
            ranks.sum(ranks.rank() == 1 ? 0.1 : 0)[0],
            ranks.broadcast(7.5 - ranks.rank())[0],
            ranks.rank(),
            ranks.size(),
            ranks.isAlone() ? 1 : 0,
            ranks.traffic().bytes()
        });
        for (int rank = 0; rank < 3; rank++) {
            assertThat(results.get(rank)).containsExactly(0.1, 7.5, rank, 3, 0, 16);
        }
    }

    @Test
    void ranksThatMeanTheSameAgree() {
        assertThat(RankThreads.run(2, ranks -> {
                    ranks.requireAgreement("numbers", 1, Long.MIN_VALUE);
                    ranks.requireAgreement("nothing");
                    return true;
                }))
                .containsExactly(true, true);
    }

    @Test
    void allRanksHearWhichOfThemDisagrees() {
        List<Throwable> errors = RankThreads.run(3, ranks -> {
            try {
                ranks.requireAgreement("paths", ranks.rank() == 2 ? new long[] {1, 2, 3} : new long[] {1});
                return new AssertionError("no error");
            } catch (InvalidInputException e) {
                return e;
            }
        });
        assertThat(errors)
                .extracting(Throwable::getMessage)
                .containsOnly("rank 2 disagrees with rank 0 about the paths");
    }

    @Test
    void aRankThatDoesNotTakePartIsAnErrorAfterTheTimeout() {
        long start = System.nanoTime();
        List<String> errors = RankThreads.run(2, Duration.ofSeconds(2), ranks -> {
            try {
                return ranks.rank() == 0 ? "" + ranks.sum(1)[0] : "absent";
            } catch (LostRankException e) {
                return String.valueOf(e.getMessage());
            }
        });
        assertThat(errors.get(0))
                .startsWith("rank 0 has lost touch with another rank: ")
                .doesNotContain("\n");
        assertThat(System.nanoTime() - start).isGreaterThan(2_000_000_000L);
    }

    @Test
    void aRankThatIsAbsentAtTheStartIsAnErrorAfterTheTimeout() {
        assertThatThrownBy(() -> GroupCollective.lead(2, "127.0.0.1", Duration.ofSeconds(1), port -> {}))
                .isInstanceOf(LostRankException.class)
                .hasMessageStartingWith("rank 0 does not reach the others: ");
    }

    @Test
    void oneRankHasNothingToDo() {
        Collective alone = Collective.ALONE;
        alone.requireAgreement("nothing", 1);
        assertThat(alone.sum(2, 3)).containsExactly(2, 3);
        assertThat(alone.broadcast(4)).containsExactly(4);
        assertThat(alone.isAlone() && alone.isLead()).isTrue();
        assertThat(alone.traffic().bytes()).isZero();
    }

    /** What is not in the memory of the processor goes to NCCL, which says what it lacks. */
    @Test
    void tensorsOfAnotherDeviceNeedTheGroupOfCards() {
        Assumptions.assumeTrue(Cuda.problem().isPresent(), "needs a machine without a graphics card");
        List<String> errors = RankThreads.run(2, ranks -> {
            try (PointerScope scope = new PointerScope()) {
                ranks.sum(new Compute(Device.SHAPES, Precision.FLOAT32).zeros(3));
                return "none";
            } catch (IllegalStateException e) {
                return String.valueOf(e.getMessage());
            }
        });
        assertThat(errors)
                .containsOnly(
                        "ranks can't use graphics cards: " + Cuda.problem().orElseThrow());
    }
}
