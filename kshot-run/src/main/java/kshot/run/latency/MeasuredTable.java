package kshot.run.latency;

import java.util.Optional;
import kshot.latency.LatencyTable;
import org.jspecify.annotations.Nullable;

/**
 * A latency table with the machine that it was measured on.
 *
 * @param table the times of the layers of a space
 * @param anotherMachine host and processor; null for the machine of this process
 */
public record MeasuredTable(LatencyTable table, @Nullable String anotherMachine) {
    /** Returns host and processor; empty for the machine of this process. */
    public Optional<String> machine() {
        return Optional.ofNullable(anotherMachine);
    }
}
