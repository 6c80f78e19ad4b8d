package kshot.diagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import kshot.diagram.Chart.Point;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class ChartTest {

    private static Document drawn(String name, String svg)
            throws IOException, SAXException, ParserConfigurationException {
        Path folder = Files.createDirectories(Path.of("target", "diagrams"));
        Files.writeString(folder.resolve(name + ".svg"), svg);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    /** A margin of 6 % on both sides; an eighth of 1.12 is rounded up to 0.2. */
    @Test
    void ticksAreRound() {
        Axis axis = Axis.of(DoubleStream.of(0, 1));
        assertThat(axis.low()).isCloseTo(-0.06, within(1e-12));
        assertThat(axis.high()).isCloseTo(1.06, within(1e-12));
        assertThat(axis.step()).isCloseTo(0.2, within(1e-12));
        assertThat(DoubleStream.of(axis.ticks()).mapToObj(axis::label))
                .containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(new Axis(0, 1, 0.05).label(0.15)).isEqualTo("0.15");
        assertThat(new Axis(0, 5000, 1000).label(2000)).isEqualTo("2,000");
        assertThat(Axis.of(DoubleStream.of(3)).ticks()).contains(3);
    }

    /**
     * The axis goes from 0.482 to 0.818 over 308 pixels up from 376: 0.5 stands at 359.5, 0.6 at 267.8. Two settings share 466
     * pixels from 74 on: they stand at 190.5 and 423.5.
     */
    @Test
    void everythingStandsAtItsPlace() throws IOException, SAXException, ParserConfigurationException {
        Map<String, List<Point>> series = new LinkedHashMap<>();
        series.put("log <likelihood>", List.of(new Point(0.5, Double.NaN), new Point(0.7, 0.1)));
        String svg = new Chart("Ranking & K", "K", "τ-b", List.of("1", "2"), series, Map.of("FLOPs", 0.6)).svg();
        Document document = drawn("chart", svg);
        assertThat(document.getDocumentElement().getAttribute("aria-label")).isEqualTo("Ranking & K");
        assertThat(svg)
                .contains("<circle cx='190.5' cy='359.5'", "<path d='M74.0 267.8 L540.0 267.8'")
                .contains("log &lt;likelihood&gt;", ">FLOPs<");
        // One whisker with two caps, at the second setting only.
        assertThat(svg.split("M419\\.5 ", -1)).hasSize(3);
        assertThat(svg).doesNotContain("M186.5 ").doesNotContain("NaN");
    }

    @Test
    void aSettingWithoutAMeasurementStaysEmpty() {
        Map<String, List<Point>> series =
                Map.of("a", List.of(new Point(Double.NaN, Double.NaN), new Point(0.25, 0.125)));
        assertThat(new Chart("t", "x", "y", List.of("1", "2"), series, Map.of()).svg())
                .doesNotContain("NaN")
                .contains("cx='423.5'")
                .doesNotContain("cx='190.5'");
    }

    @Test
    void refusesSeriesOfAnotherLength() {
        Map<String, List<Point>> series = Map.of("a", List.of(new Point(1, 0)));
        assertThatThrownBy(() -> new Chart("t", "x", "y", List.of("1", "2"), series, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a has 1 points for 2 settings");
    }

    /** The largest share is 86 pixels high, a third of it 28.67; two bins share 570 pixels. */
    @Test
    void histogramsHaveOneScale() throws IOException, SAXException, ParserConfigurationException {
        Map<String, List<Double>> shares = new LinkedHashMap<>();
        shares.put("λ 1", List.of(0.25, 0.75));
        shares.put("λ 2", List.of(0.5, 0.5));
        String svg = new Histogram("Codes", "λ", 0, 0.5, shares).svg();
        assertThat(drawn("histogram", svg).getElementsByTagName("rect").getLength())
                .isEqualTo(4);
        assertThat(svg)
                .contains("<rect x='110.50' y='125.33' width='284.00' height='28.67'")
                .contains("<rect x='395.50' y='68.00' width='284.00' height='86.00'")
                .contains(">75.0 %<", ">0.50<");
    }
}
