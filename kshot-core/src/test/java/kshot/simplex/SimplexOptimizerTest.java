package kshot.simplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kshot.common.InvalidInputException;
import org.junit.jupiter.api.Test;

/**
 * Expected values by PyTorch 1.13:
 *
 * <pre>
 * import torch
 * def run(make):
 *     p = torch.nn.Parameter(torch.tensor([0.5, -1.25, 2.0]))
 *     o = make(p)
 *     for t in range(1, 6):
 *         p.grad = torch.tensor([0.1 * t, -0.2, 0.3 - 0.1 * t])
 *         for g in o.param_groups:
 *             g["lr"] = 0.1 / t
 *         o.step()
 *     return [str(x) for x in p.detach().numpy()]
 * print(run(lambda p: torch.optim.SGD([p], lr=1, momentum=0.9, weight_decay=0.01, nesterov=True)))
 * print(run(lambda p: torch.optim.Adam([p], lr=1, weight_decay=0.01)))
 * </pre>
 */
class SimplexOptimizerTest {
    private static final float[] START = {0.5f, -1.25f, 2};

    @Test
    void sgdAgreesWithPyTorch() {
        assertThat(run(new NesterovSgd(3, 0.9, 0.01)))
                .containsExactly(new float[] {0.36407667f, -1.1150357f, 1.9295073f}, within(5e-7f));
    }

    @Test
    void adamAgreesWithPyTorch() {
        assertThat(run(new Adam(3, 0.01)))
                .containsExactly(new float[] {0.27610657f, -1.0217001f, 1.8167531f}, within(5e-7f));
    }

    private static float[] run(SimplexOptimizer optimizer) {
        float[] p = START.clone();
        steps(optimizer, p, 1, 5);
        return p;
    }

    private static void steps(SimplexOptimizer optimizer, float[] p, int first, int last) {
        for (int t = first; t <= last; t++) {
            optimizer.step(p, new float[] {0.1f * t, -0.2f, 0.3f - 0.1f * t}, 0.1 / t);
        }
    }

    @Test
    void goesOnExactlyFromASavedState() {
        for (Supplier<SimplexOptimizer> make :
                List.<Supplier<SimplexOptimizer>>of(() -> new NesterovSgd(3, 0.9, 0.01), () -> new Adam(3, 0.01))) {
            SimplexOptimizer first = make.get();
            float[] p = START.clone();
            steps(first, p, 1, 3);
            SimplexOptimizer second = make.get();
            second.restore(first.steps(), first.state());
            steps(second, p, 4, 5);
            assertThat(p).isEqualTo(run(make.get()));
            assertThat(second.steps()).isEqualTo(5);
        }
    }

    /** The order of {@code Map.of} is drawn anew by each virtual machine, and a checkpoint keeps the order it is given. */
    @Test
    void theStateIsInTheOrderOfItsNames() {
        assertThat(new Adam(3, 0).state().keySet()).containsExactly("mean", "square");
    }

    @Test
    void refusesAStateThatDoesNotFit() {
        assertThatThrownBy(() -> new NesterovSgd(3, 0.9, 0).restore(1, Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("state 'momentum' of the simplex-net's optimiser: none is not allowed; allowed: 3 values");
        assertThatThrownBy(() -> new NesterovSgd(3, 1, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("momentum: 1.0");
    }
}
