package kshot.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
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
            .that(not(resideInAnyPackage("kshot.torch", "kshot.onednn")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco..");

    @ArchTest
    static final ArchRule ONNX_RUNTIME_IN_ONE_PLACE = noClasses()
            .that(not(resideInAPackage("kshot.onnx..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    /** But for the events of TensorBoard, which are protocol buffers too. */
    @ArchTest
    static final ArchRule PROTOCOL_BUFFERS_IN_ONE_PLACE = noClasses()
            .that(not(resideInAPackage("kshot.onnx..")))
            .and()
            .haveNameNotMatching("kshot\\.app\\.store\\.EventWriter(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.google.protobuf..");

    @ArchTest
    static final ArchRule CORE_STANDS_ALONE = noClasses()
            .that()
            .resideInAnyPackage(
                    "kshot.common..",
                    "kshot.diagram..",
                    "kshot.latency..",
                    "kshot.network..",
                    "kshot.rank..",
                    "kshot.search..",
                    "kshot.simplex..",
                    "kshot.space..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("kshot.data..", "kshot.torch..", "kshot.onnx..", "kshot.app..");

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
    static final ArchRule NO_CYCLES_IN_THE_APPLICATION =
            slices().matching("kshot.app.(*)..").should().beFreeOfCycles();
}
