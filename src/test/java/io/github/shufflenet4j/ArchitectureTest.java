package io.github.shufflenet4j;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import java.util.LinkedHashMap;
import java.util.Map;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;

/** Keeps the layers: a package may use those below it, never those above. */
@AnalyzeClasses(packages = "io.github.shufflenet4j", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.github.shufflenet4j.";

    /** The packages of the first level, from the top down, and those that each may use besides {@code check}. */
    private static final Map<String, String> LAYERS = layers(
            "cli: serving spark training audit transfer guidelines quantization explain inference pretrained modelfile"
                    + " weights model data kernel backend report io",
            "serving: explain inference weights model data kernel io",
            "spark: training data kernel updater",
            "training: transfer explain inference pretrained modelfile weights model layer updater data kernel report"
                    + " io",
            "audit: transfer inference model weights data kernel report io",
            "transfer: inference pretrained modelfile weights model data kernel io",
            "guidelines: inference weights model data kernel report io",
            "quantization: inference weights model data kernel",
            "explain: inference data report io",
            "inference: pretrained modelfile weights model layer data kernel",
            "pretrained: modelfile weights model data io",
            "modelfile: weights model layer updater data io",
            "weights: model graph layer data io",
            "model: graph layer updater backend",
            "updater: kernel backend",
            "graph: kernel backend",
            "layer: kernel backend",
            "kernel:",
            "backend:",
            "report: io",
            "data: kernel io",
            "io:",
            "check:");

    @ArchTest
    static final ArchRule LAYERS_KNOW_ONLY_LOWER_ONES = layered();

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching(ROOT + "(**)").should().beFreeOfCycles();

    private static Map<String, String> layers(String... lines) {
        Map<String, String> layers = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            layers.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return layers;
    }

    private static ArchRule layered() {
        LayeredArchitecture rule = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String layer : LAYERS.keySet()) {
            rule = rule.layer(layer).definedBy(ROOT + layer + "..");
        }
        for (Map.Entry<String, String> layer : LAYERS.entrySet()) {
            rule = layer.getKey().equals("check") ? rule.whereLayer("check").mayNotAccessAnyLayer()
                    : rule.whereLayer(layer.getKey())
                            .mayOnlyAccessLayers((layer.getValue() + " check").strip().split(" "));
        }
        return rule;
    }

    @ArchTest
    static final ArchRule EACH_PACKAGE_IS_IN_A_LAYER = classes().should()
            .resideInAnyPackage(LAYERS.keySet().stream().map(layer -> ROOT + layer + "..").toArray(String[]::new));

    @ArchTest
    static final ArchRule KERNELS_DATA_REPORTS_AND_FILES_KNOW_NO_DL4J = noClasses().that()
            .resideInAnyPackage(ROOT + "kernel..", ROOT + "data..",
                    ROOT + "report..", ROOT + "io..")
            .should().dependOnClassesThat().resideInAnyPackage("org.deeplearning4j..", "org.nd4j..");

    @ArchTest
    static final ArchRule ONLY_TRAINING_ON_A_CLUSTER_NEEDS_ONE = noClasses().that()
            .resideOutsideOfPackage(ROOT + "spark..")
            .should().dependOnClassesThat().resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..");

    @ArchTest
    static final ArchRule ONLY_THE_SERVER_NEEDS_ITS_LIBRARIES = noClasses().that()
            .resideOutsideOfPackage(ROOT + "serving.http..")
            .should().dependOnClassesThat().resideInAnyPackage("org.eclipse.jetty..", "io.micrometer..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS_AND_EXITS = noClasses().that()
            .resideOutsideOfPackage(ROOT + "cli..")
            .should().accessField(System.class, "out").orShould().accessField(System.class, "err")
            .orShould().callMethod(System.class, "exit", int.class);
}
