package kshot.space.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import kshot.common.InvalidInputException;
import kshot.common.Seed;
import kshot.network.Cost;
import kshot.network.FeatureShape;
import kshot.network.Parameter;
import kshot.network.WeightShape;
import kshot.space.Architecture;
import kshot.space.ArchitectureLayer;
import kshot.space.Covers;
import kshot.space.Decision;
import kshot.space.SearchSpace;
import kshot.space.Skeleton;
import kshot.space.macro.MacroSpace;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SpacesTest {
    private static final Seed SEED = new Seed(20_210_701);

    static List<String> shipped() {
        return Spaces.shipped();
    }

    static List<String> shippedFiles() {
        return shipped().stream()
                .filter(name -> Spaces.named(name) instanceof MacroSpace)
                .toList();
    }

    @Test
    void architecturesTellTheirSpace() {
        assertThat(Spaces.ofArchitecture("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"))
                .extracting(SearchSpace::name)
                .containsExactly("nas-bench-201");
        for (String name : shipped()) {
            SearchSpace space = Spaces.named(name);
            for (Architecture architecture : List.of(space.last(), space.sample(SEED.generator("recognised")))) {
                assertThat(Spaces.ofArchitecture(space.format(architecture)))
                        .extracting(SearchSpace::name)
                        .containsExactly(name);
            }
        }
        assertThat(Spaces.ofArchitecture("22222222222")).isEmpty();
    }

    // Published with the benchmarks: parameters and multiply-adds of single keys.
    @ParameterizedTest
    @CsvSource({
        "nas-bench-macro, 00000000, 387882, 7713280",
        "nas-bench-macro, 11111111, 1588874, 53246464",
        "nas-bench-macro, 22222222, 2932586, 105660928",
        "channel-bench-macro-mobilenet, 1111111, 125418, 14285312",
        "channel-bench-macro-mobilenet, 4444444, 1804170, 211281920",
        "channel-bench-macro-mobilenet, 1234123, 325610, 37928448"
    })
    void costsWhatTheBenchmarkSays(String space, String key, long parameters, long flops) {
        SearchSpace s = Spaces.named(space);
        Cost cost = Cost.of(s.network(s.parse(key)));
        assertThat(cost).isEqualTo(new Cost(parameters, flops, flops));
    }

    @ParameterizedTest
    @CsvSource({"nas-bench-macro, 6561", "channel-bench-macro-mobilenet, 16384"})
    void costsWhatTheWholeTableSays(String space, int size) throws IOException {
        Path table = Path.of(System.getProperty("kshot.root", ".."), "../shared/data/" + space + ".json.gz");
        Assumptions.assumeTrue(Files.exists(table), () -> "skipped, as the table is absent: " + table);
        SearchSpace s = Spaces.named(space);
        try (GZIPInputStream json = new GZIPInputStream(Files.newInputStream(table))) {
            JsonNode records = JsonMapper.shared().readTree(json);
            assertThat(records.size()).isEqualTo(size);
            for (Map.Entry<String, JsonNode> record : records.properties()) {
                Cost cost = Cost.of(s.network(s.parse(record.getKey())));
                assertThat(cost.parameters())
                        .as(record.getKey())
                        .isEqualTo(record.getValue().get("params").asLong());
                assertThat(cost.flops())
                        .as(record.getKey())
                        .isEqualTo(record.getValue().get("flops").asLong());
            }
        }
    }

    @Test
    void sizesAreExact() {
        assertThat(Spaces.named("mobilenetv2-se").size())
                .isEqualTo(BigInteger.valueOf(13)
                        .pow(21)
                        .multiply(BigInteger.valueOf(5).pow(24)));
        assertThat(Spaces.named("nas-bench-macro").size()).isEqualTo(6_561);
        assertThat(Spaces.named("channel-bench-macro-mobilenet").size()).isEqualTo(16_384);
        assertThat(Spaces.named("small").size())
                .isEqualTo(BigInteger.valueOf(9 * 9 * 21 * 21)
                        .multiply(BigInteger.valueOf(33).pow(3)));
    }

    @Test
    void mobileNetHasItsDecisionsInTheOrderOfLayers() {
        List<Decision> decisions = Spaces.named("mobilenetv2-se").decisions();
        assertThat(decisions)
                .extracting(Decision::name)
                .startsWith(
                        "stem.conv.out",
                        "stem.inverted_residual.out",
                        "stage1.layer1",
                        "stage1.layer1.out",
                        "stage1.layer2");
        assertThat(decisions)
                .extracting(Decision::name)
                .endsWith("stage6.layer1", "stage6.layer1.out", "head.conv.out");
        assertThat(decisions.get(2).options())
                .containsExactly(
                        "id",
                        "ir_k3_e3",
                        "ir_k3_e3_se",
                        "ir_k3_e6",
                        "ir_k3_e6_se",
                        "ir_k5_e3",
                        "ir_k5_e3_se",
                        "ir_k5_e6",
                        "ir_k5_e6_se",
                        "ir_k7_e3",
                        "ir_k7_e3_se",
                        "ir_k7_e6",
                        "ir_k7_e6_se");
        assertThat(decisions.get(3).widths()).containsExactly(6, 13, 19, 26, 32);
    }

    // The benchmark's README: zeros after a stage's first digit stand at the stage's end in 3,969 distinct networks.
    @Test
    void nasBenchMacroHasItsNumberOfDistinctNetworks() {
        SearchSpace space = Spaces.named("nas-bench-macro");
        Set<Architecture> canonical = new HashSet<>();
        Map<Architecture, Cost> costs = new HashMap<>();
        for (int index = 0; index < 6_561; index++) {
            String key = String.format("%8s", Integer.toString(index, 3)).replace(' ', '0');
            Architecture architecture = space.parse(key);
            Architecture representative = space.canonical(architecture);
            canonical.add(representative);
            assertThat(space.canonical(representative)).isEqualTo(representative);
            Cost cost = Cost.of(space.network(architecture));
            assertThat(costs.computeIfAbsent(representative, a -> cost)).isEqualTo(cost);
        }
        assertThat(canonical).hasSize(3_969);
        assertThat(space.format(space.canonical(space.parse("10002101")))).isEqualTo("10020110");
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void textsComeBack(String name) {
        SearchSpace space = Spaces.named(name);
        SplittableRandom random = SEED.generator("texts");
        for (int i = 0; i < 200; i++) {
            Architecture architecture = space.sample(random);
            assertThat(space.parse(space.format(architecture))).isEqualTo(architecture);
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyParameterIsASliceOfASlot(String name) {
        SearchSpace space = Spaces.named(name);
        Covers.requireCover(space, SEED.generator("cover"), 1_000);
    }

    /** Of lists of layers; a cell of NAS-Bench-201 may hold layers that lead nowhere, which cost and change nothing. */
    @ParameterizedTest
    @MethodSource("shippedFiles")
    void canonicalFormsCostTheSame(String name) {
        SearchSpace space = Spaces.named(name);
        SplittableRandom random = SEED.generator("canonical");
        for (int i = 0; i < 100; i++) {
            Architecture architecture = space.sample(random);
            Architecture canonical = space.canonical(architecture);
            assertThat(Cost.of(space.network(canonical))).isEqualTo(Cost.of(space.network(architecture)));
            assertThat(space.canonical(canonical)).isEqualTo(canonical);
        }
    }

    @Test
    void slotsAreAsLargeAsTheWidestWidths() {
        SearchSpace space = Spaces.named("channel-bench-macro-mobilenet");
        Map<String, WeightShape> shapes = new HashMap<>();
        space.slots().forEach(slot -> shapes.put(slot.slot(), slot.shape()));
        assertThat(shapes).containsEntry("layer3.project", new WeightShape(256, 768, 1));
        Map<String, WeightShape> slices = new HashMap<>();
        for (Parameter p : space.network(space.parse("1111111")).parameters()) {
            slices.put(p.slot(), p.shape());
        }
        assertThat(slices).containsEntry("layer3.project", new WeightShape(64, 192, 1));
    }

    // Five strides of 2. At 64 pixels the first becomes 1, 64 / 16 = 4; at 32 the first three, 32 / 4 = 8, is one too
    // many:
    // the first two leave 32 / 8 = 4.
    @ParameterizedTest
    @CsvSource({"224, 7", "64, 4", "32, 4", "28, 4", "8, 4", "3, 3"})
    void smallImagesGetSmallStrides(int size, int last) {
        SearchSpace space = Spaces.named("mobilenetv2-se").adapt(new FeatureShape(3, size, size), 10);
        ArchitectureLayer layer = space.layers(space.last()).stream()
                .filter(l -> l.name().equals("head.conv"))
                .findFirst()
                .orElseThrow();
        assertThat(layer.shape()).isEqualTo(new FeatureShape(1280, last, last));
    }

    @Test
    void onlyASpaceOfCellsHasASkeleton() {
        assertThat(Spaces.named("nas-bench-201").skeleton()).contains(new Skeleton(16, 5));
        SearchSpace layers = Spaces.named("small");
        assertThat(layers.skeleton()).isEmpty();
        assertThat(layers.cell(layers.last())).isEmpty();
        assertThatThrownBy(() -> layers.withSkeleton(new Skeleton(8, 1)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("small has no skeleton of cells");
    }

    @Test
    void adaptingToTheFormerShapeUndoesIt() {
        SearchSpace space = Spaces.named("mobilenetv2-se");
        SearchSpace back = space.adapt(new FeatureShape(3, 32, 32), 10).adapt(space.input(), space.classes());
        assertThat(Cost.of(back.network(back.last()))).isEqualTo(Cost.of(space.network(space.last())));
    }

    @Test
    void imagesSmallerThanTheStridesAreRefused() {
        SearchSpace space = Spaces.named("nas-bench-macro");
        assertThatThrownBy(() -> space.adapt(new FeatureShape(3, 7, 64), 10))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("images of nas-bench-macro: 3x7x64 is not allowed; allowed: at least 8 pixels in both"
                        + " directions, the product of its strides; or set smallest_map in its file, so that small"
                        + " images get smaller strides");
    }

    @ParameterizedTest
    @CsvSource({"1, 28", "3, 28", "1, 32", "3, 64"})
    void theSmallSpaceIsLight(int channels, int size) {
        SearchSpace space = Spaces.named("small").adapt(new FeatureShape(channels, size, size), 10);
        assertThat(Cost.of(space.network(space.last())).flops())
                .isBetween(20_000_000L, 40_000_000L * size * size / (28 * 28));
    }

    @Test
    void aTypicalSmallArchitectureIsLight() {
        SearchSpace space = Spaces.named("small");
        SplittableRandom random = SEED.generator("typical");
        long[] flops = random.ints(1_000)
                .mapToLong(i -> Cost.of(space.network(space.sample(random))).flops())
                .sorted()
                .toArray();
        assertThat(flops[500]).isBetween(10_000_000L, 16_000_000L);
    }

    @Test
    void unknownNamesListTheShippedOnes() {
        assertThatThrownBy(() -> Spaces.named("nas-bench-marco"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("search space: 'nas-bench-marco' is not allowed; allowed: small, nas-bench-201,"
                        + " nas-bench-macro, channel-bench-macro-mobilenet, mobilenetv2-se, a path of a YAML file; did you"
                        + " mean nas-bench-macro?");
        assertThatThrownBy(() -> Spaces.named("missing.yaml"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("search space: missing.yaml is not allowed; allowed: a YAML file that exists");
    }

    @Test
    void readsAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("own.yaml");
        Files.writeString(file, """
                name: own
                input: {channels: 1, size: 8}
                classes: 2
                layers: [{conv: {out: [2, 4]}}]
                head: [global_pool, linear]
                """);
        SearchSpace space = Spaces.named(file.toString());
        assertThat(space.name()).isEqualTo("own");
        assertThat(space.size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nas-bench-macro | 2221 | architecture of nas-bench-macro: '2221' with 4 choices is not allowed; allowed: 8 choices, for example 22222222",
                "nas-bench-macro | 22312220 | architecture of nas-bench-macro, choice 3 (stage2.layer1): '3' is not allowed; allowed: 0, 1, 2",
            })
    void wrongTextsAreNamed(String space, String text, String message) {
        SearchSpace s = Spaces.named(space);
        assertThatThrownBy(() -> s.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(message);
    }
}
