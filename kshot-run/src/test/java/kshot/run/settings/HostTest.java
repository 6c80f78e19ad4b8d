package kshot.run.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {
    @TempDir
    private Path folder;

    @Test
    void theCacheIsWithTheCachesOfOtherPrograms() {
        Path caches = folder.resolve("caches");
        Path home = folder.resolve("home");
        assertThat(Host.cacheDirectory(caches.toString(), home.toString())).isEqualTo(caches.resolve("kshot"));
        assertThat(Host.cacheDirectory("", home.toString())).isEqualTo(home.resolve(".cache/kshot"));
        assertThat(Host.cacheDirectory(null, home.toString())).isEqualTo(home.resolve(".cache/kshot"));
    }

    /** Java says '?' where the user has no home; a file is no folder, whoever asks. */
    @Test
    void thereIsNoCacheWhereNoneCanBeWritten() throws IOException {
        String file = Files.createFile(folder.resolve("file")).toString();
        assertThat(Host.cacheDirectory(null, "?")).isNull();
        assertThat(Host.cacheDirectory("relative", file)).isNull();
        assertThat(Host.cacheDirectory(file, folder.toString())).isEqualTo(folder.resolve(".cache/kshot"));
        assertThat(Path.of("?")).doesNotExist();
        assertThat(Path.of("relative")).doesNotExist();
    }
}
