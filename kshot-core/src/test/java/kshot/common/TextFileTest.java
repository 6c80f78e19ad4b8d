package kshot.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
    @TempDir
    private Path folder;

    private String read(byte[] bytes) throws IOException {
        return TextFile.read("text", Files.write(folder.resolve("text"), bytes), 100);
    }

    @Test
    void theByteOrderMarkTellsTheEncodingAndIsNoPartOfTheText() throws IOException {
        List<Charset> encodings = List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);
        for (Charset encoding : encodings) {
            assertThat(read("\uFEFFÄ".getBytes(encoding))).as(encoding.name()).isEqualTo("Ä");
        }
        assertThat(read("Ä".getBytes(StandardCharsets.UTF_8))).isEqualTo("Ä");
        assertThat(read(new byte[0])).isEmpty();
        assertThat(read(new byte[] {'a'})).isEqualTo("a");
    }

    @Test
    void whatIsNotInTheEncodingIsRefused() {
        assertThatThrownBy(() -> read(new byte[] {(byte) 0xC4}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("text: not a text in UTF-8");
        assertThatThrownBy(() -> read(new byte[] {(byte) 0xFF, (byte) 0xFE, 'a'}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("text: not a text in UTF-16LE");
    }
}
