package kshot.run.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kshot.run.Chromium;
import kshot.run.store.RunStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * Opens the report in Chromium, without a network. {@code -Dkshot.screenshots=DIR} keeps pictures of what it saw.
 */
class ReportBrowserTest {
    @TempDir
    static Path folder;

    private static ChromeDriver browser;

    @BeforeAll
    static void openBrowser() {
        browser = Chromium.start(folder.resolve("profile"));
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.quit();
        }
    }

    @Test
    void aWholeRunIsDrawnInLightDarkAndNarrow() throws IOException {
        open("run", 4, 1_000, true);
        for (String scheme : List.of("light", "dark")) {
            for (int width : new int[] {1200, 400}) {
                show(scheme, width);
                assertThat(emptyCharts()).isEmpty();
                assertThat(tooWide()).isEmpty();
                assertThat(number("return document.documentElement.scrollWidth"))
                        .isLessThanOrEqualTo(width);
                picture(scheme + "-" + width);
            }
        }
        assertThat(browser.findElements(By.cssSelector(".chart"))).hasSize(8);
        assertThat(browser.findElement(By.cssSelector(".drawing img")).getDomProperty("naturalWidth"))
                .isEqualTo("860");
        assertQuiet();
    }

    @Test
    void pointingAtAnArchitectureSaysWhatItIs() throws IOException {
        open("hover", 4, 300, true);
        show("light", 1200);
        WebElement chart = browser.findElement(By.id("chart-pareto"));
        browser.executeScript("arguments[0].scrollIntoView({block: 'center'})", chart);
        List<?> place = list("""
                const search = JSON.parse(document.getElementById('charts').textContent).search;
                const chart = echarts.getInstanceByDom(arguments[0]);
                return chart.convertToPixel({gridIndex: 0}, [search.flops[search.winner], search.accuracy[search.winner]])
                    .map(Math.round).concat(search.arch[search.winner]);
                """, chart);
        int x = ((Number) place.get(0)).intValue() - chart.getSize().getWidth() / 2;
        int y = ((Number) place.get(1)).intValue() - chart.getSize().getHeight() / 2;
        new Actions(browser).moveToElement(chart, x, y).perform();
        String tip = new WebDriverWait(browser, Duration.ofSeconds(5))
                .until(b -> b.findElement(By.cssSelector("#chart-pareto .tip")).getText());
        assertThat(tip)
                .contains((String) place.get(2))
                .contains("accuracy", "FLOPs", "parameters", "λ = (", "generation");
        assertQuiet();
    }

    @Test
    void aRunThatHasJustBegunIsDrawnToo() throws IOException {
        open("begun", 1, 0, false);
        show("light", 1200);
        assertThat(browser.findElements(By.cssSelector(".chart"))).isEmpty();
        assertThat(browser.findElement(By.tagName("body")).getText())
                .contains("No architecture has been evaluated yet.");
        assertQuiet();
    }

    @Test
    void paperIsWhite() throws IOException {
        open("paper", 8, 300, true);
        show("dark", 1200);
        browser.executeScript("window.dispatchEvent(new Event('beforeprint'))");
        assertThat(browser.executeScript("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(255, 255, 255)");
        assertThat(emptyCharts()).isEmpty();
        browser.executeScript("window.dispatchEvent(new Event('afterprint'))");
        assertThat(browser.executeScript("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(20, 23, 26)");
        assertQuiet();
    }

    private static void open(String name, int k, int architectures, boolean whole) {
        Path run = folder.resolve(name);
        try (RunStore store = RunStore.create(run)) {
            if (whole) {
                new SyntheticRun(1, k, architectures).fill(store);
            }
            Report.write(store, whole ? SyntheticRun.inputs() : ReportInputs.NONE, run.resolve(Report.FILE));
        }
        browser.manage().logs().get(LogType.BROWSER);
        browser.get(run.resolve(Report.FILE).toUri().toString());
    }

    private static void show(String scheme, int width) {
        browser.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", true));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        new WebDriverWait(browser, Duration.ofSeconds(10))
                .withMessage("every chart as wide as its place")
                .until(b -> number("return innerWidth") == width && list("""
                                return [...document.querySelectorAll('.chart')]
                                    .filter(place => echarts.getInstanceByDom(place).getWidth() !== place.clientWidth)
                                """).isEmpty());
    }

    /** Places of charts that hold neither a painted canvas nor an SVG with paths. */
    private static List<?> emptyCharts() {
        return list("""
                return [...document.querySelectorAll('.chart')].filter(place => {
                  const canvas = place.querySelector('canvas');
                  if (canvas) {
                    const copy = new OffscreenCanvas(canvas.width, canvas.height)
                        .getContext('2d', {willReadFrequently: true});
                    copy.drawImage(canvas, 0, 0);
                    return !copy.getImageData(0, 0, canvas.width, canvas.height).data.some(value => value !== 0);
                  }
                  return place.querySelectorAll('svg path').length < 2;
                }).map(place => place.id);
                """);
    }

    /** What sticks out of the window and is not inside something that scrolls. */
    private static List<?> tooWide() {
        return list("""
                return [...document.querySelectorAll('main *')]
                    .filter(e => !e.closest('.scroll, .chart, figure.drawing') && e.getBoundingClientRect().right > innerWidth)
                    .map(e => e.outerHTML.slice(0, 80));
                """);
    }

    private static long number(String script) {
        return ((Number) Objects.requireNonNull(browser.executeScript(script))).longValue();
    }

    private static List<?> list(String script, Object... arguments) {
        return (List<?>) Objects.requireNonNull(browser.executeScript(script, arguments));
    }

    /** No error or warning in the listener, no request, and no foreign script has run. */
    private static void assertQuiet() {
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
        assertThat(
                        number(
                                "return performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length"))
                .isZero();
        assertThat(browser.executeScript("return window.hacked")).isNull();
    }

    private static void picture(String name) throws IOException {
        String pictures = System.getProperty("kshot.screenshots");
        if (pictures != null) {
            Map<String, Object> shot =
                    browser.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
            Path file = Files.createDirectories(Path.of(pictures)).resolve(name + ".png");
            Files.write(file, Base64.getDecoder().decode((String) shot.get("data")));
        }
    }
}
