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
            .layer("cli").definedBy("io.github.shufflenet4j.cli..")
            .layer("distributed").definedBy("io.github.shufflenet4j.distributed..")
            .layer("training").definedBy("io.github.shufflenet4j.training..")
            .layer("transfer").definedBy("io.github.shufflenet4j.transfer..")
            .layer("recipe").definedBy("io.github.shufflenet4j.recipe..")
            .layer("guidelines").definedBy("io.github.shufflenet4j.guidelines..")
            .layer("inference").definedBy("io.github.shufflenet4j.inference..")
            .layer("weights").definedBy("io.github.shufflenet4j.weights..")
            .layer("analysis").definedBy("io.github.shufflenet4j.analysis..")
            .layer("model").definedBy("io.github.shufflenet4j.model..")
            .layer("updater").definedBy("io.github.shufflenet4j.updater..")
            .layer("graph").definedBy("io.github.shufflenet4j.graph..")
            .layer("layer").definedBy("io.github.shufflenet4j.layer..")
            .layer("hadoop").definedBy("io.github.shufflenet4j.hadoop..")
            .layer("dataset").definedBy("io.github.shufflenet4j.dataset..")
            .layer("data").definedBy("io.github.shufflenet4j.data..")
            .layer("kernel").definedBy("io.github.shufflenet4j.kernel..")
            .layer("backend").definedBy("io.github.shufflenet4j.backend..")
            .layer("tensorboard").definedBy("io.github.shufflenet4j.tensorboard..")
            .layer("report").definedBy("io.github.shufflenet4j.report..")
            .layer("yaml").definedBy("io.github.shufflenet4j.yaml..")
            .layer("io").definedBy("io.github.shufflenet4j.io..")
            .whereLayer("cli").mayOnlyAccessLayers(
                    "distributed", "training", "transfer", "recipe", "guidelines", "inference", "weights", "analysis",
                    "model", "dataset", "data", "kernel", "backend", "report", "yaml", "io")
            .whereLayer("distributed").mayOnlyAccessLayers(
                    "training", "recipe", "updater", "hadoop", "data", "kernel")
            .whereLayer("training").mayOnlyAccessLayers(
                    "recipe", "weights", "model", "layer", "updater", "data", "kernel", "tensorboard", "report", "yaml",
                    "io")
            .whereLayer("transfer").mayOnlyAccessLayers("inference", "weights", "model", "data", "kernel", "io")
            .whereLayer("recipe").mayOnlyAccessLayers("model", "yaml")
            .whereLayer("guidelines").mayOnlyAccessLayers(
                    "inference", "weights", "analysis", "model", "data", "kernel", "report", "io")
            .whereLayer("inference").mayOnlyAccessLayers("weights", "model", "data", "kernel")
            .whereLayer("weights").mayOnlyAccessLayers("model", "graph", "layer", "updater", "data", "io")
            .whereLayer("analysis").mayOnlyAccessLayers("model", "graph", "layer")
            .whereLayer("model").mayOnlyAccessLayers("graph", "layer", "updater", "backend")
            .whereLayer("updater").mayOnlyAccessLayers("kernel", "backend")
            .whereLayer("graph").mayOnlyAccessLayers("kernel", "backend")
            .whereLayer("layer").mayOnlyAccessLayers("kernel", "backend")
            .whereLayer("kernel").mayNotAccessAnyLayer()
            .whereLayer("backend").mayNotAccessAnyLayer()
            .whereLayer("tensorboard").mayNotAccessAnyLayer()
            .whereLayer("report").mayOnlyAccessLayers("io")
            .whereLayer("hadoop").mayOnlyAccessLayers("data")
            .whereLayer("dataset").mayOnlyAccessLayers("data", "yaml", "io")
            .whereLayer("data").mayOnlyAccessLayers("kernel", "io")
            .whereLayer("yaml").mayOnlyAccessLayers("io")
            .whereLayer("io").mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule NO_CIRCLES = slices().matching("io.github.shufflenet4j.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule KERNELS_DATA_REPORTS_AND_FILES_KNOW_NO_DL4J = noClasses().that()
            .resideInAnyPackage("io.github.shufflenet4j.kernel..", "io.github.shufflenet4j.data..",
                    "io.github.shufflenet4j.dataset..", "io.github.shufflenet4j.yaml..",
                    "io.github.shufflenet4j.report..", "io.github.shufflenet4j.io..")
            .should().dependOnClassesThat().resideInAnyPackage("org.deeplearning4j..", "org.nd4j..");

    @ArchTest
    static final ArchRule ONLY_TRAINING_ON_A_CLUSTER_NEEDS_ONE = noClasses().that()
            .resideOutsideOfPackages("io.github.shufflenet4j.distributed..", "io.github.shufflenet4j.hadoop..")
            .should().dependOnClassesThat().resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS_AND_EXITS = noClasses().that()
            .resideOutsideOfPackage("io.github.shufflenet4j.cli..")
            .should().accessField(System.class, "out").orShould().accessField(System.class, "err")
            .orShould().callMethod(System.class, "exit", int.class);
}
