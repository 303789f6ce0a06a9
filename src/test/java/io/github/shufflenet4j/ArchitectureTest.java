package io.github.shufflenet4j;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of the house: each package may use those below it, never those above. */
@AnalyzeClasses(packages = "io.github.shufflenet4j", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule EACH_ROOM_KNOWS_ONLY_THOSE_BELOW = layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("cli").definedBy("..cli..")
            .layer("training").definedBy("..training..")
            .layer("inference").definedBy("..inference..")
            .layer("weights").definedBy("..weights..")
            .layer("analysis").definedBy("..analysis..")
            .layer("model").definedBy("..model..")
            .layer("graph").definedBy("..graph..")
            .layer("layer").definedBy("..layer..")
            .layer("data").definedBy("..data..")
            .layer("kernel").definedBy("..kernel..")
            .layer("backend").definedBy("..backend..")
            .layer("io").definedBy("..shufflenet4j.io..")
            .whereLayer("cli").mayOnlyAccessLayers(
                    "training", "inference", "weights", "analysis", "model", "data")
            .whereLayer("training").mayOnlyAccessLayers("weights", "model", "data", "io")
            .whereLayer("inference").mayOnlyAccessLayers("weights", "model", "data")
            .whereLayer("weights").mayOnlyAccessLayers("model", "layer", "data", "io")
            .whereLayer("analysis").mayOnlyAccessLayers("model", "layer")
            .whereLayer("model").mayOnlyAccessLayers("graph", "layer")
            .whereLayer("graph").mayOnlyAccessLayers("kernel", "backend")
            .whereLayer("layer").mayOnlyAccessLayers("kernel", "backend")
            .whereLayer("kernel").mayNotAccessAnyLayer()
            .whereLayer("backend").mayNotAccessAnyLayer()
            .whereLayer("data").mayOnlyAccessLayers("io")
            .whereLayer("io").mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule NO_CIRCLES = slices().matching("io.github.shufflenet4j.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule KERNELS_DATA_AND_FILES_KNOW_NO_DL4J = noClasses().that()
            .resideInAnyPackage("..shufflenet4j.kernel..", "..shufflenet4j.data..", "..shufflenet4j.io..")
            .should().dependOnClassesThat().resideInAnyPackage("org.deeplearning4j..", "org.nd4j..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS_AND_EXITS = noClasses().that()
            .resideOutsideOfPackage("..cli..")
            .should().accessField(System.class, "out").orShould().accessField(System.class, "err")
            .orShould().callMethod(System.class, "exit", int.class);
}
