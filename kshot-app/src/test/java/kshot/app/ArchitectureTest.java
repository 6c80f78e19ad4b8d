package kshot.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/** The arrows between packages. */
@AnalyzeClasses(packages = "kshot", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule NATIVES_IN_ONE_PLACE = noClasses()
            .that(not(resideInAnyPackage("kshot.onednn..", "kshot.tensor..", "kshot.execute..", "kshot.weights..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco..");

    @ArchTest
    static final ArchRule ONNX_RUNTIME_IN_ONE_PLACE = noClasses()
            .that(not(resideInAPackage("kshot.onnx..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    /** A search knows scores by their names, and not what makes them. */
    @ArchTest
    static final ArchRule SEARCH_KNOWS_NO_METHOD = noClasses()
            .that(resideInAPackage("kshot.search.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("kshot.simplex..");

    /** But for the events of TensorBoard, which are protocol buffers too. */
    @ArchTest
    static final ArchRule PROTOCOL_BUFFERS_IN_ONE_PLACE = noClasses()
            .that(not(resideInAPackage("kshot.onnx..")))
            .and()
            .haveNameNotMatching("kshot\\.run\\.store\\.EventWriter(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.google.protobuf..");

    /** Each layer knows those before it, and none after it. */
    @ArchTest
    static final ArchRule NOTHING_UPWARD = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("core")
            .definedBy(
                    "kshot.classification..",
                    "kshot.common..",
                    "kshot.diagram..",
                    "kshot.latency..",
                    "kshot.network..",
                    "kshot.rank..",
                    "kshot.ranks..",
                    "kshot.search..",
                    "kshot.simplex..",
                    "kshot.space..")
            .layer("data")
            .definedBy("kshot.data..")
            .layer("onednn")
            .definedBy("kshot.onednn..")
            .layer("tensor")
            .definedBy("kshot.tensor..")
            .layer("layers")
            .definedBy("kshot.execute.layers")
            .layer("execute")
            .definedBy("kshot.execute")
            .layer("weights")
            .definedBy("kshot.weights..")
            .layer("predict")
            .definedBy("kshot.predict..")
            .layer("train")
            .definedBy("kshot.train..")
            .layer("bench")
            .definedBy("kshot.bench..")
            .layer("onnx")
            .definedBy("kshot.onnx..")
            .layer("run")
            .definedBy("kshot.run..")
            .layer("study")
            .definedBy("kshot.study..")
            .layer("app")
            .definedBy("kshot.app..")
            .whereLayer("data")
            .mayOnlyAccessLayers("core")
            .whereLayer("core")
            .mayNotAccessAnyLayer()
            .whereLayer("onednn")
            .mayOnlyAccessLayers("core")
            .whereLayer("tensor")
            .mayOnlyAccessLayers("core", "data", "onednn")
            .whereLayer("layers")
            .mayOnlyAccessLayers("core", "onednn")
            .whereLayer("execute")
            .mayOnlyAccessLayers("core", "data", "onednn", "tensor", "layers")
            .whereLayer("weights")
            .mayOnlyAccessLayers("core", "data", "onednn", "tensor", "execute")
            .whereLayer("predict")
            .mayOnlyAccessLayers("core", "data", "tensor", "execute", "weights")
            .whereLayer("train")
            .mayOnlyAccessLayers("core", "data", "tensor", "execute", "weights")
            .whereLayer("bench")
            .mayOnlyAccessLayers("core", "data", "tensor", "execute", "weights", "train", "predict")
            .whereLayer("onnx")
            .mayOnlyAccessLayers("core")
            .whereLayer("run")
            .mayOnlyAccessLayers("core", "data", "tensor", "execute", "weights", "train", "predict", "onnx")
            .whereLayer("study")
            .mayOnlyAccessLayers("core", "data", "tensor", "execute", "weights", "train", "predict", "run");

    @ArchTest
    static final ArchRule NO_UNSEEDED_RANDOMNESS = noClasses()
            .should()
            .callConstructor(Random.class)
            .orShould()
            .callConstructor(SplittableRandom.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocalRandom.class);

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching("kshot.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_CYCLES_IN_THE_DATA =
            slices().matching("kshot.data.(*)..").should().beFreeOfCycles();

    /** Sets of images and batches do not know what reads them. */
    @ArchTest
    static final ArchRule BATCHES_KNOW_NO_READERS = noClasses()
            .that(resideInAPackage("kshot.data"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("kshot.data.load..", "kshot.data.format..", "kshot.data.raw..", "kshot.data.source..");

    @ArchTest
    static final ArchRule NO_CYCLES_IN_THE_APPLICATION =
            slices().matching("kshot.app.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_CYCLES_IN_A_RUN =
            slices().matching("kshot.run.(*)..").should().beFreeOfCycles();
}
