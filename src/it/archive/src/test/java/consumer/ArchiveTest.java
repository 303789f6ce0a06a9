package consumer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive, unpacked in a folder whose name has a space, runs with Java alone. */
class ArchiveTest {

    private static final String ARCHIVE = System.getProperty("archive");
    private static final Path MODELS = Path.of(System.getProperty("models"));
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    /** Made by the first start. */
    private static final String CLASSES = "lib/classes.jsa";

    @TempDir
    private static Path folder;
    private static Path home;

    @BeforeAll
    static void unpack() throws Exception {
        Path target = Files.createDirectory(folder.resolve("un packed"));
        Process tar = new ProcessBuilder("tar", "-xzf", ARCHIVE + ".tar.gz", "-C", target.toString()).inheritIO()
                .start();
        assertEquals(0, tar.waitFor());
        try (Stream<Path> files = Files.list(target)) {
            home = files.findFirst().orElseThrow();
        }
    }

    /** Output of a command that ends with this code. */
    private static List<String> run(int code, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                WINDOWS ? List.of("cmd", "/c", home.resolve("bin/shufflenet.cmd").toString())
                        : List.of(home.resolve("bin/shufflenet").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(code, process.waitFor(), output);
        return output.lines().toList();
    }

    @Test
    void predicts() throws Exception {
        String image = MODELS.resolve("red.png").toString();
        List<String> lines = run(0, "predict", "--model", MODELS.resolve("model.zip").toString(), image);
        assertEquals(image, lines.get(0), () -> "nothing but the prediction: " + lines);
        String label = Files.readString(MODELS.resolve("red.png.txt")).split(" ")[0];
        assertTrue(lines.get(1).endsWith(label), lines::toString);
    }

    @Test
    void trains() throws Exception {
        run(0, "datasets", "generate", "--output", "data", "--train", "2", "--val", "1");
        List<String> lines = run(0, "train", "--data", "data", "--output", "run", "--recipe", "quick", "--epochs", "1",
                "--variant", "x0_25", "--image-size", "32");
        assertTrue(Files.exists(folder.resolve("run/report.html")), lines::toString);
        assertTrue(lines.stream().noneMatch(line -> line.contains("WARN") || line.contains("Warn")), lines::toString);
    }

    @Test
    void theFirstStartMakesAnArchiveOfClasses() throws Exception {
        assertEquals(2, run(0, "--version").size());
        assertEquals(!WINDOWS, Files.exists(home.resolve(CLASSES)));
    }

    @Test
    void sparkIsNotHereAndSaidSo() throws Exception {
        List<String> lines = run(1, "spark-train", "--data", "data", "--output", "run", "--workers", "1");
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("Apache Spark is not on the class path"), lines::toString);
    }

    @Test
    void recipesAndDatasetsAreThoseOfTheJar() throws IOException {
        try (Stream<Path> jars = Files.list(home.resolve("lib"));
             ZipFile jar = new ZipFile(jars.filter(file -> file.getFileName().toString().startsWith("shufflenet4j-"))
                     .findFirst().orElseThrow().toFile())) {
            for (String name : List.of("zoo-configs", "datasets")) {
                try (Stream<Path> files = Files.list(home.resolve(name))) {
                    for (Path file : files.filter(file -> file.toString().endsWith(".yaml")).toList()) {
                        try (InputStream in = jar.getInputStream(jar.getEntry(name + "/" + file.getFileName()))) {
                            assertArrayEquals(in.readAllBytes(), Files.readAllBytes(file));
                        }
                    }
                }
            }
            assertEquals(jar.stream().filter(entry -> entry.getName().matches("(zoo-configs|datasets)/.*yaml")).count(),
                    files(home).stream().filter(name -> name.matches("(zoo-configs|datasets)/.*yaml")).count());
        }
    }

    @Test
    void licencesOfAllLibrariesAreNamed() throws IOException {
        List<String> lines = Files.readAllLines(home.resolve("THIRD-PARTY.txt"));
        for (String library : List.of("org.nd4j:nd4j-api", "org.bytedeco:opencv", "info.picocli:picocli",
                "ch.qos.logback:logback-classic", "org.mvnpm:echarts")) {
            assertTrue(lines.stream().anyMatch(line -> line.contains(library)), library);
        }
        assertTrue(lines.stream().noneMatch(line -> line.contains("Unknown license")), lines::toString);
        assertTrue(Files.readString(home.resolve("LICENSE")).contains("Apache License"));
    }

    @Test
    void theZipHoldsTheSameFiles() throws IOException {
        try (ZipFile zip = new ZipFile(ARCHIVE + ".zip")) {
            Set<String> names = zip.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName)
                    .map(name -> name.substring(name.indexOf('/') + 1)).collect(Collectors.toCollection(TreeSet::new));
            assertEquals(files(home), names);
        }
    }

    private static Set<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !name.equals(CLASSES))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
