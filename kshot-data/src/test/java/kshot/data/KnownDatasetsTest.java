package kshot.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import kshot.data.Augmentation.CropFlip;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import kshot.network.FeatureShape;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class KnownDatasetsTest {
    @Test
    void sampleIsBalanced() {
        Dataset dataset = Datasets.load("sample", DataOptions.defaults());
        assertThat(dataset.report().classes()).hasSize(10).allSatisfy(count -> {
            assertThat(count.train()).isEqualTo(1000);
            assertThat(count.test()).isEqualTo(200);
        });
        assertThat(dataset.train().classes())
                .startsWith("T-shirt/top", "Trouser")
                .endsWith("Bag", "Ankle boot");
        assertThat(dataset.inputShape()).isEqualTo(new FeatureShape(1, 28, 28));
        assertThat(dataset.suggested()).isEqualTo(new CropFlip(4, true));
        // 0.2860 and 0.3530 are the published values of the whole.
        assertThat(dataset.normalization().mean().get(0)).isEqualTo(0.286f, within(0.003f));
        assertThat(dataset.normalization().std().get(0)).isEqualTo(0.353f, within(0.003f));
        assertThat(dataset.report().testSplitMade()).isFalse();
    }

    @Test
    void cifar10HasItsPublishedNumbers() {
        Path zip = Path.of(System.getProperty("kshot.root", "..")).resolve("../shared/data/cifar10.zip");
        Assumptions.assumeTrue(Files.exists(zip), "needs ../shared/data/cifar10.zip");
        Dataset dataset = Datasets.load(zip.toString(), DataOptions.defaults());
        assertThat(dataset.train().size()).isEqualTo(50_000);
        assertThat(dataset.test().size()).isEqualTo(10_000);
        assertThat(dataset.train().classes())
                .containsExactly(
                        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
        assertThat(dataset.train().label(4_999)).isZero();
        assertThat(dataset.train().label(5_000)).isEqualTo(1);
        float[] mean = {0.4914f, 0.4822f, 0.4465f};
        float[] std = {0.2470f, 0.2435f, 0.2616f};
        for (int c = 0; c < 3; c++) {
            assertThat(dataset.normalization().mean().get(c)).isEqualTo(mean[c], within(0.001f));
            assertThat(dataset.normalization().std().get(c)).isEqualTo(std[c], within(0.001f));
        }
    }
}
