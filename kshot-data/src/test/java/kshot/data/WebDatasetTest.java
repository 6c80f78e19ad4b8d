package kshot.data;

import static kshot.data.TestFiles.colour;
import static kshot.data.TestFiles.encoded;
import static kshot.data.TestFiles.tar;
import static kshot.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kshot.common.InvalidInputException;
import kshot.data.files.LeftOut;
import kshot.data.files.LeftOut.Reason;
import kshot.data.load.DataOptions;
import kshot.data.load.Datasets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards of ten samples, whose labels are the last digit of their number, modulo three. The blue of an image is its number. */
class WebDatasetTest {
    @TempDir
    private Path folder;

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The form in which a sample's label is written. */
    private interface Label {
        void put(String key, int label, Map<String, byte[]> sample);
    }

    private static final Label CLS = (key, label, sample) -> sample.put(key + ".cls", text(label + "\n"));
    private static final Label JSON = (key, label, sample) ->
            sample.put(key + ".json", text("{\"filename\": \"a.jpg\", \"label\": " + label + ", \"width\": 16}"));

    private static Map<String, byte[]> samples(int from, Label label) throws IOException {
        Map<String, byte[]> samples = new LinkedHashMap<>();
        for (int i = from; i < from + 10; i++) {
            String key = String.format("sample%06d", i);
            label.put(key, i % 10 % 3, samples);
            samples.put(key + (i % 2 == 0 ? ".jpg" : ".png"), encoded(colour(16, 16, i), "png"));
        }
        return samples;
    }

    private void shard(String name, int from, Label label) throws IOException {
        write(folder.resolve(name), tar(samples(from, label)));
    }

    private static Dataset load(String spec) {
        return Datasets.load(spec, DataOptions.defaults());
    }

    private Dataset load() {
        return load(folder.toString());
    }

    private static void assertSamples(ImageSet set, int from) {
        for (int i = 0; i < set.size(); i++) {
            assertThat(set.image(i)).startsWith(0, 0, from + i);
            assertThat(set.label(i)).isEqualTo((from + i) % 10 % 3);
        }
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::load)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("data " + folder + ": " + message);
    }

    @Test
    void partsAreNamedByTheShards() throws IOException {
        shard("imagenet1k-train-0000.tar", 0, CLS);
        shard("imagenet1k-train-0001.tar", 10, JSON);
        shard("imagenet1k-validation-00.tar", 20, CLS);
        Dataset dataset = load();
        assertThat(dataset.report().source()).isEqualTo("WebDataset shards in a folder");
        assertThat(dataset.train().classes()).containsExactly("0", "1", "2");
        assertThat(dataset.train().size()).isEqualTo(20);
        assertThat(dataset.test().size()).isEqualTo(10);
        assertSamples(dataset.train(), 0);
        assertSamples(dataset.test(), 20);
        assertThat(dataset.report().leftOut()).isEmpty();
        assertThat(dataset.suggested())
                .as("numbers of classes are no digits")
                .isEqualTo(new Augmentation.CropFlip(2, true));
        assertThat(dataset.report().notes())
                .contains("The validation images are used as the test split, as there are no test images.");
    }

    @Test
    void partsAreNamedByFolders() throws IOException {
        shard("train/0.tar", 0, CLS);
        shard("val/0.tar", 10, CLS);
        shard("test/0.tar", 20, CLS);
        Dataset dataset = load();
        assertSamples(dataset.train(), 0);
        assertThat(dataset.train().size()).isEqualTo(20);
        assertSamples(dataset.test(), 20);
    }

    @Test
    void classesHaveNames() throws IOException {
        shard("0.tar", 0, CLS);
        Files.writeString(folder.resolve("classnames.txt"), "cat\ndog\nfox\nowl\n");
        Dataset dataset = load();
        assertThat(dataset.train().classes()).containsExactly("cat", "dog", "fox");
        assertThat(dataset.report().testSplitMade()).isTrue();
        Files.writeString(folder.resolve("classnames.txt"), "cat\ndog\n");
        assertRefused("classnames.txt: 2 class names; the labels reach to 2");
        shard("0.tar", 0, (key, label, sample) -> sample.put(key + ".cls", text("class " + label)));
        assertThat(load().train().classes()).containsExactly("class 0", "class 1", "class 2");
    }

    @Test
    void shardsMayBeAPattern() throws IOException {
        shard("train-000.tar", 0, CLS);
        shard("train-001.tar", 10, CLS);
        shard("train-002.tar", 20, CLS);
        Files.writeString(folder.resolve("classes.txt"), "cat\ndog\nfox\n");
        Dataset dataset = load(folder + "/train-{000..001}.tar");
        assertThat(dataset.train().size() + dataset.test().size()).isEqualTo(20);
        assertThat(dataset.train().classes()).containsExactly("cat", "dog", "fox");
        assertThat(dataset.report().source()).isEqualTo("WebDataset shards in a list of files");
        assertThat(load(folder + "/train-{000,002}.tar").report().trainImages()).isEqualTo(17);
        Files.move(folder.resolve("train-002.tar"), folder.resolve("val-002.tar"));
        assertThat(load(folder + "/{train-000,val-002}.tar").test().image(0)).startsWith(0, 0, 20);
        assertThatThrownBy(() -> load(folder + "/train-{000..127}.tar"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("data " + folder + "/train-{000..127}.tar: no such file: " + folder + "/train-002.tar");
        assertThatThrownBy(() -> load(folder + "/train-{9..1}.tar"))
                .hasMessageEndingWith(
                        "numbers 9 to 1 in braces; allowed: up to 100000, from the smaller to the larger");
    }

    @Test
    void aShardAloneIsADataSet() throws IOException {
        shard("a.tar", 0, CLS);
        assertThat(load(folder.resolve("a.tar").toString()).report().source())
                .isEqualTo("WebDataset shards in a tar archive");
    }

    /** Captions, masks and other images beside an image; an image without a label; a label without an image. */
    @Test
    void whatIsNotUsedIsNamed() throws IOException {
        Map<String, byte[]> samples = samples(0, CLS);
        byte[] png = encoded(colour(16, 16, 1), "png");
        samples.put("sample000003.txt", text("a fox"));
        samples.put("sample000003.seg.png", png);
        samples.put("sample000003.json", text("{}"));
        samples.put("lonely.png", png);
        samples.put("lonely2.json", text("{\"label\": 1}"));
        samples.put("unsaid.png", png);
        samples.put("unsaid.json", text("{\"caption\": \"a fox\"}"));
        write(folder.resolve("0.tar"), tar(samples));
        Files.writeString(folder.resolve("README.md"), "shards");
        assertThat(load().report().leftOut())
                .containsExactlyInAnyOrder(
                        new LeftOut("README.md", Reason.NO_IMAGE),
                        new LeftOut("0.tar/sample000003.txt", Reason.EXTRA),
                        new LeftOut("0.tar/sample000003.seg.png", Reason.EXTRA),
                        new LeftOut("0.tar/lonely2.json", Reason.NO_IMAGE),
                        new LeftOut("0.tar/lonely.png", Reason.UNLABELLED),
                        new LeftOut("0.tar/unsaid.png", Reason.UNLABELLED));
    }

    @Test
    void wrongLabelsAreRefused() throws IOException {
        shard("0.tar", 0, (key, label, sample) -> sample.put(key + ".cls", text("1\n2")));
        assertRefused("0.tar/sample000000.cls: label '1 2'; allowed: one line, the number or the name of a class");
        shard("0.tar", 0, (key, label, sample) -> sample.put(key + ".cls", text("1")));
        assertRefused("1 different label: [1]; needed: at least 2");
        shard("0.tar", 0, (key, label, sample) -> sample.put(key + ".json", text("{label: 1}")));
        assertThatThrownBy(this::load).hasMessageContaining("0.tar/sample000000.json: no JSON, Unexpected character");
        shard("0.tar", 0, CLS);
        shard("test.tar", 0, (key, label, sample) -> sample.put(key + ".cls", text("7")));
        Files.move(folder.resolve("0.tar"), folder.resolve("train.tar"));
        assertRefused("test.tar/sample000000.jpg: label '7' does not occur in the training images");
        Files.delete(folder.resolve("train.tar"));
        assertRefused("none of the 1 shards has labelled images to train on");
    }

    @Test
    void damagedShardsAreRefused() throws IOException {
        shard("0.tar", 0, CLS);
        shard("1.tar", 10, CLS);
        byte[] damaged = Files.readAllBytes(folder.resolve("1.tar"));
        damaged[1024] ^= 1;
        Files.write(folder.resolve("1.tar"), damaged);
        assertRefused("1.tar: damaged tar archive: the checksum of the header at 1024 is wrong");
    }
}
