package kshot.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkspaceTest {
    @Test
    void memoryIsTakenAgainWhenTheLastHolderIsDone() {
        try (Workspace workspace = new Workspace()) {
            Workspace.Buffer first = workspace.take(1000);
            assertThat(first.address() % 64).isZero();
            first.hold();
            workspace.release(first);
            Workspace.Buffer second = workspace.take(1000);
            assertThat(second.address()).isNotEqualTo(first.address());
            workspace.release(first);
            assertThat(workspace.take(900).address()).isEqualTo(first.address());
        }
    }

    @Test
    void aLargeBlockIsNotSpentOnASmallRequest() {
        try (Workspace workspace = new Workspace()) {
            Workspace.Buffer large = workspace.take(1000);
            workspace.release(large);
            assertThat(workspace.take(400).address()).isNotEqualTo(large.address());
        }
    }

    @Test
    void onlyWhatNobodyElseNeedsMayBeOverwritten() {
        try (Workspace workspace = new Workspace()) {
            Workspace.Buffer buffer = workspace.take(16);
            assertThat(buffer.isExclusive()).isTrue();
            assertThat(buffer.hold().isExclusive()).isFalse();
            assertThat(Workspace.Buffer.of(buffer.address()).isExclusive()).isFalse();
        }
    }

    @Test
    void whatWasHeldIsThereAgainAfterAReset() {
        try (Workspace workspace = new Workspace()) {
            Workspace.Buffer buffer = workspace.take(64);
            buffer.hold();
            workspace.reset();
            assertThat(workspace.take(64).address()).isEqualTo(buffer.address());
        }
    }
}
