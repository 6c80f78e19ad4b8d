package kshot.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WholeFileTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("file");
    }

    private void assertAlone() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void makesAndReplaces() throws IOException {
        WholeFile.write(file, "θ̃ and more, in UTF-8");
        assertThat(file).hasContent("θ̃ and more, in UTF-8");
        WholeFile.write(file, new byte[] {0, -1});
        assertThat(file).hasBinaryContent(new byte[] {0, -1});
        assertAlone();
    }

    static Stream<Exception> failures() {
        return Stream.of(new IOException("no space left"), new IllegalStateException("no tensor"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureLeavesTheOldFileAndNothingElse(Exception failure) throws IOException {
        WholeFile.write(file, "old");
        assertThatThrownBy(() -> WholeFile.write(file, channel -> {
                    WholeFile.writeAll(channel, ByteBuffer.allocate(100_000));
                    if (failure instanceof IOException io) {
                        throw io;
                    }
                    throw (RuntimeException) failure;
                }))
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isSameAs(failure),
                        thrown -> assertThat(thrown).hasCause(failure))
                .hasMessageContaining(failure.getMessage());
        assertThat(file).hasContent("old");
        assertAlone();
    }

    @Test
    void aPlaceThatCannotBeTakenIsLeftAsItIs() throws IOException {
        Files.createDirectories(file.resolve("occupied"));
        assertThatThrownBy(() -> WholeFile.write(file, "new")).isInstanceOf(IOException.class);
        assertThat(file.resolve("occupied")).isDirectory();
        assertAlone();
        assertThatThrownBy(() -> WholeFile.write(folder.resolve("missing").resolve("file"), "new"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing");
    }

    /** The second writer begins and ends while the first one is in the middle: the file is that of the last to end. */
    @Test
    void twoWritersDoNotMixTheirFiles() throws IOException {
        WholeFile.write(file, channel -> {
            WholeFile.writeAll(channel, ByteBuffer.wrap(new byte[] {1, 2}));
            WholeFile.write(file, new byte[] {9});
            assertThat(file).hasBinaryContent(new byte[] {9});
            WholeFile.writeAll(channel, ByteBuffer.wrap(new byte[] {3}));
        });
        assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
        assertAlone();
    }

    @Test
    void whoMayReadItIsLeftToTheSystem() throws IOException {
        assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
        WholeFile.write(file, "whole");
        Path usual = Files.writeString(folder.resolve("usual"), "as ever");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(usual));
    }
}
