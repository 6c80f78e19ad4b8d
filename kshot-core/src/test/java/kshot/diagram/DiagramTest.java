package kshot.diagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.space.Architecture;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class DiagramTest {

    static List<String> shipped() {
        return Spaces.shipped();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void rowsAddUpToTheCost(String name) {
        SearchSpace space = Spaces.named(name);
        SplittableRandom random = new Seed(5).generator("rows");
        for (int i = 0; i < 50; i++) {
            Architecture architecture = space.sample(random);
            List<LayerRow> rows = Diagram.rows(space, architecture);
            Cost cost = Cost.of(space.network(architecture));
            assertThat(rows.stream().mapToLong(LayerRow::parameters).sum()).isEqualTo(cost.parameters());
            assertThat(rows.stream().mapToLong(LayerRow::flops).sum()).isEqualTo(cost.flops());
        }
    }

    // The stem is 3·32·9 weights and 64 of BN on 32×32 pixels; the stage's first identity a 1×1 convolution 32 to 64.
    @Test
    void rowsSayWhatEachLayerDoes() {
        SearchSpace space = Spaces.named("nas-bench-macro");
        assertThat(Diagram.rows(space, space.parse("00212220")))
                .startsWith(
                        new LayerRow("stem", "conv_k3", 3, new FeatureShape(32, 32, 32), 32, 928, 884_736),
                        new LayerRow("stage1.layer1", "0: id", 0, new FeatureShape(64, 16, 16), 64, 2_176, 524_288),
                        new LayerRow("stage1.layer2", "0: id", 0, new FeatureShape(64, 16, 16), 64, 0, 0))
                .endsWith(
                        new LayerRow("head.global_pool", "global_pool", 0, new FeatureShape(1280, 1, 1), 1280, 0, 0),
                        new LayerRow("head.linear", "linear", 0, new FeatureShape(10, 1, 1), 10, 12_810, 12_800));
        SearchSpace cells = Spaces.named("nas-bench-201");
        assertThat(Diagram.rows(cells, cells.last()))
                .extracting(LayerRow::name)
                .containsExactly("stem", "reduction1", "reduction2", "head");
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void drawingsAreXmlWithATitle(String name) throws IOException, SAXException, ParserConfigurationException {
        SearchSpace space = Spaces.named(name);
        Architecture architecture = space.sample(new Seed(6).generator("drawing"));
        String svg = Diagram.svg(space, architecture);
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        String title = "Architecture of " + name + ": " + space.format(architecture);
        assertThat(document.getDocumentElement().getAttribute("aria-label")).isEqualTo(title);
        assertThat(document.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo(title);
        assertThat(svg).doesNotContain("href", "url(http");
        Path folder = Files.createDirectories(Path.of("target", "diagrams"));
        Files.writeString(folder.resolve(name + ".svg"), svg);
    }

    @Test
    void deadEdgesAreGrey() {
        SearchSpace space = Spaces.named("nas-bench-201");
        // Nothing reaches node 1, and node 2 leads nowhere.
        String svg = Diagram.svg(
                space, space.parse("|none~0|+|nor_conv_3x3~0|nor_conv_1x1~1|+|skip_connect~0|avg_pool_3x3~1|none~2|"));
        assertThat(svg)
                .contains(
                        "node 0 to node 3: skip_connect</title>",
                        "node 0 to node 1: none, dead",
                        "node 0 to node 2: nor_conv_3x3, dead",
                        "node 1 to node 2: nor_conv_1x1, dead",
                        "node 1 to node 3: avg_pool_3x3, dead");
    }
}
