package kshot.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeLibraryTest {
    private static final List<String> MOUNTS = List.of(
            "/dev/sda1 / ext4 rw,relatime 0 0",
            "tmpfs /tmp tmpfs rw,nosuid,noexec 0 0",
            "tmpfs /tmp/may tmpfs rw,nosuid 0 0",
            "tmpfs /a\\040disk tmpfs rw,noexec 0 0",
            "tmpfs /twice tmpfs rw,noexec 0 0",
            "tmpfs /twice tmpfs rw 0 0");

    @Test
    void theInnermostMountDecidesWhetherFilesMayBeExecuted() {
        assertThat(isNoexec("/home/me")).isFalse();
        assertThat(isNoexec("/tmp")).isTrue();
        assertThat(isNoexec("/tmp/deeper/down")).isTrue();
        assertThat(isNoexec("/tmpfiles")).isFalse();
        assertThat(isNoexec("/tmp/may/deeper")).isFalse();
        assertThat(isNoexec("/a disk/deeper")).isTrue();
        assertThat(isNoexec("/twice")).isFalse();
    }

    private static boolean isNoexec(String folder) {
        return NativeLibrary.isNoexec(Path.of(folder), MOUNTS);
    }

    @Test
    void theErrorNamesTheFolderTheCauseAndWhatToSet() {
        Throwable cause = new IllegalStateException("no", new UnsatisfiedLinkError("disk full"));
        assertThat(NativeLibrary.unusable("SQLite", "/nowhere", "java.io.tmpdir", cause))
                .hasMessage(
                        "the native library of SQLite can't be loaded from /nowhere (disk full): set XDG_CACHE_HOME, or "
                                + "Java's property java.io.tmpdir, to a folder whose files may be executed");
    }
}
