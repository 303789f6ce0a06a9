package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code shufflenet} in a checkout of its own, with programs in the place of Maven and Java. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LauncherTest {

    /** Makes classes that are the number of the build, once it is let through the gate, if there is one. */
    private static final String MAVEN = """
            #!/bin/sh
            echo "$@" >>"$STUBS/builds"
            if [ -p "$STUBS/gate" ]; then
              echo >"$STUBS/begun"
              read -r go <"$STUBS/gate"
            fi
            mkdir -p target/classes
            grep -c . "$STUBS/builds" >target/classes/number
            echo libraries | tee target/class-path >target/class-path-spark
            """;

    /**
     * Makes jars, which hold the number only, and archives of classes, unless told not to. Else prints its classes, its
     * encoding and whether it got an archive; a training prints the classes again when a line comes in.
     */
    private static final String JAVA = """
            #!/bin/sh
            if [ "$1" = -m ]; then
              cp "$8/number" "$6"
              exit
            fi
            encoding=$(locale charmap)
            archive=
            while [ "$1" != -cp ]; do
              case $1 in
                -XX:ArchiveClassesAtExit=*)
                  echo "$1" >>"$STUBS/archives"
                  echo classes >"${1#*=}"
                  test ! -e "$STUBS/no archives"
                  exit ;;
                -XX:SharedArchiveFile=*) archive=", $(cat "${1#*=}")" ;;
              esac
              shift
            done
            number=${2%%:*}
            echo "classes $(cat "$number"), $encoding$archive"
            if [ "$4" = train ]; then
              read -r go
              echo "classes $(cat "$number")"
            fi
            """;

    @TempDir
    private Path folder;
    private Path checkout;
    private Path stubs;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void copyTheCheckout() throws IOException {
        checkout = Files.createDirectory(folder.resolve("check out"));
        stubs = Files.createDirectory(folder.resolve("stubs"));
        for (String file : List.of("shufflenet", "pom.xml", "datasets/flowers.yaml", ".mvn/maven.config",
                "zoo-configs/quick.yaml", "src/main/jvm/java.options", "src/main/jvm/launcher.options",
                "src/main/jvm/start.sh")) {
            Files.createDirectories(checkout.resolve(file).getParent());
            Files.copy(Path.of(file), checkout.resolve(file));
        }
        write("mvn", MAVEN);
        write("java", JAVA);
    }

    @AfterEach
    void endAll() {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private void write(String name, String script) throws IOException {
        assertThat(Files.writeString(stubs.resolve(name), script).toFile().setExecutable(true)).isTrue();
    }

    private Process start(String command, String... environment) throws IOException {
        return start(List.of(checkout.resolve("shufflenet").toString(), command), environment);
    }

    private Process start(List<String> command, String... environment) throws IOException {
        ProcessBuilder launcher = new ProcessBuilder(command);
        launcher.environment().remove("JAVA_HOME");
        launcher.environment().put("STUBS", stubs.toString());
        launcher.environment().merge("PATH", stubs.toString(), (path, first) -> first + ":" + path);
        for (int i = 0; i < environment.length; i += 2) {
            launcher.environment().put(environment[i], environment[i + 1]);
        }
        Process process = launcher.redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    private static List<String> output(Process process) throws IOException, InterruptedException {
        List<String> lines;
        try (BufferedReader reader = process.inputReader()) {
            lines = reader.lines().toList();
        }
        assertThat(process.waitFor()).as(() -> lines.toString()).isZero();
        return lines;
    }

    /** Runs a command to its end, and returns its last line. */
    private String run(String... environment) throws IOException, InterruptedException {
        List<String> lines = output(start("weights", environment));
        return lines.get(lines.size() - 1);
    }

    /** A pipe that a script and this test wait for each other at. */
    private Path pipe(String name) throws IOException, InterruptedException {
        Path pipe = stubs.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor()).isZero();
        return pipe;
    }

    private void edit() throws IOException {
        Files.writeString(checkout.resolve("zoo-configs/quick.yaml"), "edited");
    }

    private long builds() throws IOException {
        try (Stream<Path> files = Files.list(checkout.resolve("target/launcher"))) {
            return files.filter(Files::isDirectory).count();
        }
    }

    @Test
    void buildsOnceUntilASourceIsEdited() throws Exception {
        assertThat(run()).startsWith("classes 1");
        assertThat(run()).startsWith("classes 1");
        edit();
        assertThat(run()).startsWith("classes 2");
    }

    @Test
    void startsFromTheArchiveOfClasses() throws Exception {
        assertThat(run()).endsWith(", classes");
        assertThat(output(start("spark-train"))).last().asString().as("with other libraries")
                .startsWith("classes 1").doesNotEndWith(", classes");
    }

    @Test
    void startsWithoutAnArchiveWhereNoneCanBeMade() throws Exception {
        Files.createFile(stubs.resolve("no archives"));
        assertThat(run()).startsWith("classes 1").doesNotEndWith(", classes");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInstalledLauncherTriesOnceToMakeAnArchive(boolean canMake) throws Exception {
        Path home = Files.createDirectories(folder.resolve("in stalled/lib")).getParent();
        for (String file : List.of("java.options", "launcher.options", "start.sh")) {
            Files.createDirectories(home.resolve("jvm"));
            Files.copy(Path.of("src/main/jvm", file), home.resolve("jvm").resolve(file));
        }
        Path launcher = Files.createDirectory(home.resolve("bin")).resolve("shufflenet");
        Files.copy(Path.of("src/main/assembly/bin/shufflenet"), launcher);
        if (!canMake) {
            Files.createFile(stubs.resolve("no archives"));
        }
        for (int i = 0; i < 2; i++) {
            List<String> lines = output(start(List.of(launcher.toString(), "weights")));
            // Among other lines: the stub finds no number in the folder, and its error may come last.
            assertThat(lines.stream().anyMatch(line -> line.endsWith(", classes"))).isEqualTo(canMake);
        }
        assertThat(Files.readAllLines(stubs.resolve("archives"))).hasSize(1);
        try (Stream<Path> files = Files.list(home.resolve("lib"))) {
            assertThat(files).extracting(file -> file.getFileName().toString()).containsExactly("classes.jsa");
        }
    }

    @Test
    void concurrentFirstStartsBuildOnce() throws Exception {
        Path begun = pipe("begun");
        Path gate = pipe("gate");
        Process first = start("weights");
        Files.readString(begun);
        Process second = start("weights");
        BufferedReader reader = second.inputReader();
        assertThat(reader.readLine()).isEqualTo("Waiting for another build...");
        Files.writeString(gate, "go\n");
        assertThat(output(first)).last().asString().startsWith("classes 1");
        assertThat(reader.readLine()).startsWith("classes 1");
        assertThat(second.waitFor()).isZero();
        assertThat(Files.readAllLines(stubs.resolve("builds"))).hasSize(1);
    }

    @Test
    void aRunKeepsItsClassesDuringABuild() throws Exception {
        Process training = start("train");
        BufferedReader reader = training.inputReader();
        assertThat(reader.readLine()).startsWith("Building");
        assertThat(reader.readLine()).startsWith("classes 1");
        for (int number = 2; number < 7; number++) {
            edit();
            assertThat(run()).startsWith("classes " + number);
        }
        assertThat(builds()).as("the last three and the one that runs").isEqualTo(4);
        training.outputWriter().append("go\n").close();
        assertThat(reader.readLine()).isEqualTo("classes 1");
        assertThat(training.waitFor()).isZero();
        edit();
        assertThat(run()).startsWith("classes 7");
        assertThat(builds()).as("the last three").isEqualTo(3);
    }

    @Test
    void aKilledBuildDoesNotBlockTheNext() throws Exception {
        Path begun = pipe("begun");
        Path gate = pipe("gate");
        Process killed = start("weights");
        Files.readString(begun);
        List<ProcessHandle> all = Stream.concat(killed.descendants(), Stream.of(killed.toHandle())).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : all) {
            process.onExit().join();
        }
        Files.delete(begun);
        Files.delete(gate);
        assertThat(output(start("weights"))).hasSize(2).last().asString().startsWith("classes 2");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void outputOfNativeCodeIsFiltered() throws Exception {
        write("java", """
                #!/bin/sh
                [ -n "$SHUFFLENET_ERRORS" ] || exit 0
                echo "Corrupt JPEG data: premature end of data segment" >&2
                echo "WARNING: Using incubator modules: jdk.incubator.vector" >&2
                echo "a crash" >&2
                echo "libpng error: bad adaptive filter value" >&2
                echo "error: the program's own" >>"$SHUFFLENET_ERRORS"
                """);
        // The filter ends after the program, whose output Java stops to read at its end; cat waits for both.
        List<String> throughPipe = List.of("sh", "-c", "\"$0\" weights 2>&1 | cat",
                checkout.resolve("shufflenet").toString());
        assertThat(output(start(throughPipe))).containsExactlyInAnyOrder(
                "Building (the first time this downloads Deeplearning4j)...", "a crash", "error: the program's own");
    }

    @Test
    void aFailedBuildIsReportedAndChangesNothing() throws Exception {
        assertThat(run()).startsWith("classes 1");
        write("mvn", "#!/bin/sh\necho what is wrong\nexit 1\n");
        edit();
        Process failed = start("weights");
        assertThat(failed.inputReader().lines()).last().isEqualTo("what is wrong");
        assertThat(failed.waitFor()).isEqualTo(1);
        write("mvn", MAVEN);
        assertThat(run()).startsWith("classes 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "none_NONE.UTF-8"})
    void fileNamesAreUtf8InAnyLocale(String locale) throws Exception {
        assumeTrue(charmap("C.UTF-8").equals("UTF-8") || charmap("en_US.UTF-8").equals("UTF-8"));
        assertThat(run("LC_ALL", locale)).startsWith("classes 1, UTF-8");
    }

    private static String charmap(String locale) throws IOException {
        ProcessBuilder command = new ProcessBuilder("locale", "charmap");
        command.environment().put("LC_ALL", locale);
        return new String(command.start().getInputStream().readAllBytes()).strip();
    }
}
