package kshot.run.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassesSectionTest {
    private static String html(int classes) {
        List<String> names =
                IntStream.range(0, classes).mapToObj(c -> "class " + c).toList();
        return new ClassesSection(SyntheticRun.test(classes), names).html().markup();
    }

    @Test
    void fewClassesAreATableOfNumbers() {
        String html = html(3);
        assertThat(html)
                .contains("<strong>90.00%</strong> balanced accuracy")
                // 90 % right with 0.95, 10 % wrong with 0.55: 0.9 · 0.05 + 0.1 · 0.55
                .contains("off by 10.00% on average")
                .contains("style=\"--share:0.900\">9<")
                .contains("<b>class 2</b>")
                .contains("taken for <b>class 0</b>, 55.00%");
        assertThat(html).doesNotContain("600");
    }

    @Test
    void manyClassesAreAPicture() {
        assertThat(html(200))
                .contains("Confusion matrix of 200 classes")
                .contains("All 200 classes")
                .doesNotContain("class=\"cell");
    }
}
