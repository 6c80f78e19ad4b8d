package kshot.space.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kshot.common.Seed;
import kshot.space.Architecture;
import kshot.space.Covers;
import kshot.space.Decision;
import kshot.space.macro.MacroSpace;
import kshot.space.macro.MacroSpaceReader;
import org.junit.jupiter.api.Test;

/** Runs the examples of {@code docs/search-spaces.md}, and checks what the text says of them. */
class SearchSpaceGuideTest {
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    private static Map<String, MacroSpace> examples() throws IOException {
        Path guide = Path.of(System.getProperty("kshot.root", ".."), "docs", "search-spaces.md");
        Map<String, MacroSpace> examples = new LinkedHashMap<>();
        Matcher matcher = EXAMPLE.matcher(Files.readString(guide));
        while (matcher.find()) {
            MacroSpace space = MacroSpaceReader.read("example in " + guide.getFileName(), matcher.group(1));
            examples.put(space.name(), space);
        }
        return examples;
    }

    private static MacroSpace example(String name) throws IOException {
        MacroSpace space = examples().get(name);
        assertThat(space).as(name).isNotNull();
        return space;
    }

    @Test
    void allExamplesAreSpaces() throws IOException {
        assertThat(examples()).containsOnlyKeys("first", "second", "third", "fourth", "fifth", "choices");
        for (MacroSpace space : examples().values()) {
            Covers.requireCover(space, new Seed(7).generator(space.name()), 50);
        }
    }

    @Test
    void theGuideIsRightAboutThem() throws IOException {
        assertThat(example("first").size()).isEqualTo(1);
        assertThat(example("second").decisions())
                .containsExactly(Decision.operation("layer2", List.of("id", "res_k3", "res_k5")));
        assertThat(example("third").size()).isEqualTo(6);
        assertThat(example("fourth").size()).isEqualTo(1_296);
        assertThat(example("fifth").parse("64-skip-plain")).isEqualTo(Architecture.of(1, 1, 0));
        assertThat(example("choices").decisions().get(0).options())
                .containsExactly("id", "ir_k3_e3", "ir_k3_e3_se", "ir_k5_e3", "ir_k5_e3_se");
    }
}
