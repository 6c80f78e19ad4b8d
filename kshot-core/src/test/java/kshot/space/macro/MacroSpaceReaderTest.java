package kshot.space.macro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kshot.common.InvalidInputException;
import kshot.space.Decision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MacroSpaceReaderTest {
    private static final String HEAD = "head: [global_pool, linear]";

    /** Reads a file whose lines 1 to 3 are right, and whose layers start in line 4. */
    private static void requireError(String rest, String message) {
        String yaml = "name: test\ninput: {channels: 3, size: 8}\nclasses: 2\n" + rest.replace("\\n", "\n");
        assertThatThrownBy(() -> MacroSpaceReader.read("test.yaml", yaml))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("test.yaml:" + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "conv: {out: 8, kernal: 3} | key of conv: 'kernal' is not allowed; allowed: out, kernel, stride, activation; did you mean kernel?",
                "conv: {out: 8, kernel: 4} | kernel: '4' is not allowed; allowed: an odd integer from 1 to 31",
                "conv: {out: 8, kernel: x} | kernel: 'x' is not allowed; allowed: an integer from 1 to 31",
                "conv: {out: 8, kernel: [3, 5]} | kernel: a list is not allowed; allowed: an integer from 1 to 31",
                "conv: {out: 0} | width: '0' is not allowed; allowed: an integer from 1 to 65536",
                "conv: {kernel: 3} | the key out of conv is missing",
                "conv: 8 | conv: '8' is not allowed; allowed: a mapping with the keys out, kernel, stride, activation",
                "conv: {out: 8, activation: gelu} | activation: 'gelu' is not allowed; allowed: relu, relu6, hswish, none; did you mean relu?",
                "conv: {out: [8, 4]} | widths: [8, 4] is not allowed; allowed: ascending numbers of channels",
                "conv: {out: {of: 8, ratios: [0.5, 0.51]}} | two of the widths are 4 channels",
                "conv: {out: {of: 8, ratios: [1.5]}} | ratio: '1.5' is not allowed; allowed: a number above 0 and at most 1",
                "conv: {out: {of: 8, ratios: [NaN]}} | ratio: 'NaN' is not allowed; allowed: a number above 0 and at most 1",
                "conv: {out: {of: 8, ration: [1]}} | key of width: 'ration' is not allowed; allowed: of, ratios; did you mean ratios?",
                "conv: {out: {a-b: 8}} | label 'a-b' is not allowed; allowed: up to 64 letters, digits, '.' and '_'",
                "convolution: {out: 8} | block: 'convolution' is not allowed; allowed: conv, separable, inverted_residual, residual, identity, max_pool, average_pool, choice, stage, repeat",
                "residul: {} | block: 'residul' is not allowed; allowed: conv, separable, inverted_residual, residual, identity, max_pool, average_pool, choice, stage, repeat; did you mean residual?",
                "linear: {} | block: 'linear' is not allowed; allowed: conv, separable, inverted_residual, residual, identity, max_pool, average_pool, choice, stage, repeat",
                "{conv: {out: 8}, identity: {}} | block: a mapping with the keys [conv, identity] is not allowed; allowed: one of conv, separable, inverted_residual, residual, identity, max_pool, average_pool, choice, stage, repeat",
                "inverted_residual: {hidden: 8, expansion: 6} | inverted_residual has either a hidden width or an expansion",
                "inverted_residual: {squeeze_excite: yes} | squeeze_excite: 'yes' is not allowed; allowed: false, true",
                "inverted_residual: {squeeze_excite: {reduction: 0}} | reduction: '0' is not allowed; allowed: an integer from 1 to 65536",
                "choice: [] | choice: a list is not allowed; allowed: a list with at least one item",
                "choice: {} | choice: a mapping is not allowed; allowed: a mapping with at least one entry",
                "choice: [identity, identity] | two options are called id; write the choice as a mapping, which gives each option a label",
                "choice: [choice: {a: identity}] | block: 'choice' is not allowed; allowed: conv, separable, inverted_residual, residual, identity, max_pool, average_pool",
                "stage: {depth: 0, block: identity} | depth: '0' is not allowed; allowed: an integer from 1 to 1000",
                "stage: {depth: 1, out: 8, block: {conv: {out: 4}}} | out of stage: no block of the stage uses it",
                "repeat: {times: 1000, of: [{repeat: {times: 1000, of: [identity]}}]} | more than 5000 blocks when all repetitions are written out",
            })
    void wrongLayersAreNamed(String layer, String message) {
        requireError("layers:\n  - " + layer + "\n" + HEAD, "5: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "layers: [identity]\\nheads: [] | 5: key of a search space: 'heads' is not allowed; allowed: name, input, classes, text, smallest_map, activation, weights, widths, stem, layers, head; did you mean head?",
                "layers: [identity]\\nlayers: [] | 5: the key 'layers' stands twice in one mapping",
                "layers: [identity] | 1: the key head of a search space is missing",
                "layers: identity | 4: layers: 'identity' is not allowed; allowed: a list with at least one item",
                "layers: [identity]\\nhead: [linear] | 5: head: [linear] is not allowed; allowed: blocks among which is one global_pool, and linear as the last",
                "layers: [identity]\\nhead: [global_pool, linear, linear] | 5: head: [global_pool, linear, linear] is not allowed; allowed: blocks among which is one global_pool, and linear as the last",
                "widths: {w: [2, 4]}\\nlayers: [{conv: {out: v}}]\\nhead: [global_pool, linear] | 5: width: 'v' is not allowed; allowed: w, a number, a list, a mapping; did you mean w?",
                "widths: {w: [2, 4]}\\nlayers: [identity]\\nhead: [global_pool, linear] | 4: the width w is not used anywhere",
                "widths: {layer1: [2, 4]}\\nlayers: [{choice: [{conv: {out: layer1}}]}]\\nhead: [global_pool, linear] | 4: two decisions are called layer1; rename the width of that name",
                "text: compact\\nlayers: [{conv: {out: [8, 16]}}]\\nhead: [global_pool, linear] | 5: label '16' is not allowed; allowed: one character, as text is compact",
                "layers: [*a] | 4: alias *a has no anchor before it",
                "layers: [identity | 4: not YAML: expected ',' or ']', but got <stream end>",
                "--- | 4: a second document is not allowed; allowed: one document",
            })
    void wrongFilesAreNamed(String rest, String message) {
        requireError(rest, message);
    }

    @Test
    void linesAreThoseOfTheWrongValue() {
        requireError(
                """
                layers:
                  - stage:
                      out: 8
                      depth: 2
                      block:
                        choice:
                          a: identity
                          b:
                            conv:
                              kernel: 3
                              strid: 2
                """ + HEAD,
                "14: key of conv: 'strid' is not allowed; allowed: out, kernel, stride, activation;"
                        + " did you mean stride?");
    }

    @Test
    void billionLaughsAreRefused() {
        StringBuilder yaml = new StringBuilder("a: &a0 [lol, lol]\n");
        for (int i = 1; i < 40; i++) {
            yaml.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [*a")
                    .append(i - 1)
                    .append(", *a")
                    .append(i - 1)
                    .append("]\n");
        }
        assertThatThrownBy(() -> MacroSpaceReader.read("laughs.yaml", yaml.toString()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageMatching("laughs.yaml:\\d+: more than 100000 nodes when all aliases are written out");
    }

    @Test
    void depthAndLengthAreBounded(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> MacroSpaceReader.read("deep.yaml", "[".repeat(100_000)))
                .hasMessage("deep.yaml:1: nested more than 50 deep");
        assertThatThrownBy(() -> MacroSpaceReader.read("self.yaml", "&a [*a]"))
                .hasMessage("self.yaml:1: alias *a has no anchor before it");
        assertThatThrownBy(() -> MacroSpaceReader.read("empty.yaml", "# nothing\n"))
                .hasMessage("empty.yaml: the file is empty; allowed: a YAML mapping");
        Path large = folder.resolve("large.yaml");
        Files.writeString(large, "#".repeat((1 << 20) + 1));
        assertThatThrownBy(() -> MacroSpaceReader.read(large))
                .hasMessage(large + ": more than 1048576 bytes is not allowed; allowed: at most 1048576");
        Path binary = folder.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xff, 0, 0});
        assertThatThrownBy(() -> MacroSpaceReader.read(binary)).hasMessage(binary + ": not a text in UTF-8");
    }

    @Test
    void tagsConstructNothing() {
        assertThatThrownBy(() -> MacroSpaceReader.read("tag.yaml", "!!javax.script.ScriptEngineManager [a]"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("tag.yaml:1: a search space: a list is not allowed");
    }

    @Test
    void listsOfValuesAreAlternatives() {
        MacroSpace space = MacroSpaceReader.read("test.yaml", """
                name: test
                input: {channels: 3, height: 8, width: 6}
                classes: 2
                layers:
                  - choice:
                      - residual: {kernel: [3, 5], skip: [true, false]}
                      - average_pool
                head: [global_pool, linear]
                """);
        assertThat(space.decisions())
                .containsExactly(Decision.operation(
                        "layer1", List.of("res_k3", "res_k3_noskip", "res_k5", "res_k5_noskip", "avg_k3")));
        assertThat(space.input()).hasToString("3x8x6");
    }
}
