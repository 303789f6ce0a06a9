package consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.inference.ImageClassifier;
import io.github.shufflenet4j.inference.Prediction;

/** Prediction alone: ND4J and DL4J are not on the class path. */
class ClassifierTest {

    private static final boolean OPEN_CV = Boolean.getBoolean("openCv");
    /** Maximum size of all jars for one platform, in bytes. */
    private static final long MAX_SIZE = OPEN_CV ? 60_000_000 : 10_000_000;

    private final Path models = Path.of(System.getProperty("models"));

    @ParameterizedTest
    @ValueSource(strings = {"model.zip", "model.safetensors", "model.pth"})
    void classifiesAsDl4jDoes(String model) throws Exception {
        try (ImageClassifier classifier = ImageClassifier.load(models.resolve(model))) {
            for (String image : List.of("red.png", "blue.jpg")) {
                String[] expected = Files.readString(models.resolve(image + ".txt")).split(" ");
                Prediction first = classifier.classify(models.resolve(image)).get(0);
                assertEquals(expected[0], first.label());
                // The decoders of JPEG differ by some levels.
                double tolerance = image.endsWith("png") || OPEN_CV ? 1e-4 : 1e-2;
                assertEquals(Double.parseDouble(expected[1]), first.probability(), tolerance);
            }
        }
        List<String> loaded = Files.readAllLines(Path.of(System.getProperty("classes")));
        assertTrue(loaded.stream().anyMatch(line -> line.contains("io.github.shufflenet4j.inference.ImageClassifier")));
        assertFalse(loaded.stream().anyMatch(line -> line.contains(" org.nd4j.")
                || line.contains(" org.deeplearning4j.")));
        assertEquals(OPEN_CV, loaded.stream().anyMatch(line -> line.contains(" org.bytedeco.opencv.")));
    }

    @Test
    void theClassPathIsSmall() {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("org.nd4j.linalg.factory.Nd4j"));
        List<File> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(File::new)
                .filter(File::isFile).filter(jar -> Arrays.stream(new String[] {"junit", "opentest4j", "apiguardian",
                    "surefire", "jspecify"}).noneMatch(jar.getName()::contains)).toList();
        long size = jars.stream().mapToLong(File::length).sum();
        System.out.printf("Class path %s OpenCV: %d jars, %.1f MB%n", OPEN_CV ? "with" : "without", jars.size(),
                size / 1e6);
        assertTrue(size > 1_000_000 && size <= MAX_SIZE, () -> size + " bytes: " + jars);
    }
}
