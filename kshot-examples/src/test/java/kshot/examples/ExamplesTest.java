package kshot.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.onnx.OnnxSession;
import kshot.search.Enumeration;
import kshot.search.Evaluation;
import kshot.space.SearchSpace;
import kshot.space.shipped.Spaces;
import kshot.testing.TinyRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {
    @TempDir
    private Path folder;

    private interface Program {
        void run() throws IOException;
    }

    private static String printed(Program program) throws IOException {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            program.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Three classes of images that differ in their colour; the model has a score for each. */
    @Test
    void imagesInAndAModelOut() throws IOException {
        Path images = TinyRun.draw(folder.resolve("images"));
        Path model = folder.resolve("model.onnx");
        String said =
                printed(() -> SearchAndExport.main(new String[] {images.toString(), "3000000", model.toString()}));
        assertThat(said).contains("accuracy=");
        try (OnnxSession session = OnnxSession.open(model, 1)) {
            float[][] logits = session.logits(new float[2 * 3 * 32 * 32], 2);
            assertThat(logits).hasDimensions(2, 3);
        }
        String winner = said.substring(0, said.indexOf(": "));
        SearchSpace space = Spaces.named("small").adapt(new FeatureShape(3, 32, 32), 3);
        assertThat(Cost.of(space.network(space.parse(winner))).flops()).isLessThanOrEqualTo(3_000_000);
        assertThat(Files.size(model)).isPositive();
    }

    /** The space has 15,625 architectures: the best inside the limit is known by looking at all. */
    @Test
    void aPredictorOfOnesOwnFindsTheMostLiveFlops() throws IOException {
        SearchSpace space = Spaces.named("nas-bench-201");
        long limit = 60_000_000;
        long most = Enumeration.of(space)
                .map(a -> Cost.of(space.network(a)))
                .filter(cost -> cost.flops() <= limit)
                .mapToLong(Cost::liveFlops)
                .max()
                .orElseThrow();
        Evaluation best = OwnPredictor.search(limit, new Seed(1));
        assertThat(best.cost().flops()).isLessThanOrEqualTo(limit);
        assertThat(best.cost().liveFlops()).isEqualTo(most);
    }

    /**
     * By hand, kernels of 3 and widths of 8 on 32 pixels: 16² · 27 · 8 + 8² · 72 · 8 + 4² · 72 · 8 multiply-adds of convolutions and
     * 80 of the classifier.
     */
    @Test
    void aSpaceOfOnesOwnIsCountedAsByHand() throws IOException {
        SearchSpace space = new OwnSpace(new FeatureShape(3, 32, 32), 10);
        assertThat(Cost.of(space.network(space.parse("000000"))).flops())
                .isEqualTo(16 * 16 * 27 * 8 + 8 * 8 * 72 * 8 + 4 * 4 * 72 * 8 + 80);
        assertThat(printed(() -> OwnSpace.main(new String[] {"000000"}))).startsWith("216 architectures");
    }
}
