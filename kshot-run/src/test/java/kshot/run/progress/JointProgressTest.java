package kshot.run.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JointProgressTest {
    /** What was shown, a line each. */
    private final List<String> shown = new ArrayList<>();

    private Progress record(String task, long total) {
        shown.add(task + " of " + total);
        return new Progress() {
            @Override
            public void skip(long units) {
                shown.add("skip " + units);
            }

            @Override
            public void update(long done, String detail) {
                shown.add(done + ", " + detail);
            }

            @Override
            public void close() {
                shown.add("end");
            }
        };
    }

    @Test
    void addsUpTasksAndTellsOfTheFirstThatGoesOn() {
        try (JointProgress joint = new JointProgress(this::record, "both", 2)) {
            Progress a = joint.progress("a", 10);
            a.update(4, "well");
            try (Progress b = joint.progress("b", 10)) {
                b.skip(5);
                b.update(6, "better");
                a.update(10, "done");
                b.update(10, "done, too");
            }
        }
        assertThat(shown)
                .containsExactly("both of 20", "4, a well", "skip 5", "10, a well", "16, b better", "20, ", "end");
    }

    @Test
    void showsNothingWhereNoTaskBegins() {
        new JointProgress(this::record, "both", 2).close();
        assertThat(shown).isEmpty();
    }
}
