package kshot.run.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandardErrorTest {
    @Test
    void ofAccuracies() {
        assertThat(StandardError.of(0.5, 100)).isEqualTo(0.05);
        assertThat(StandardError.of(1, 100)).isZero();
        assertThat(StandardError.ofDifference(0.5, 0.5, 50)).isCloseTo(0.1, within(1e-12));
    }

    /** Against the variance of τ over all orders of five items, counted out. */
    @Test
    void ofTaus() {
        int n = 5;
        double variance = permutations(new ArrayList<>(), n).stream()
                .mapToDouble(StandardErrorTest::tau)
                .map(tau -> tau * tau)
                .average()
                .orElseThrow();
        assertThat(StandardError.ofTauDifference(n)).isCloseTo(Math.sqrt(2 * variance), within(1e-12));
    }

    private static double tau(List<Integer> order) {
        int sum = 0;
        for (int i = 0; i < order.size(); i++) {
            for (int j = 0; j < i; j++) {
                sum += Integer.signum(order.get(i) - order.get(j));
            }
        }
        return sum / (order.size() * (order.size() - 1) / 2.0);
    }

    private static List<List<Integer>> permutations(List<Integer> begun, int n) {
        if (begun.size() == n) {
            return List.of(begun);
        }
        List<List<Integer>> all = new ArrayList<>();
        for (int next = 0; next < n; next++) {
            if (!begun.contains(next)) {
                List<Integer> longer = new ArrayList<>(begun);
                longer.add(next);
                all.addAll(permutations(longer, n));
            }
        }
        return all;
    }
}
