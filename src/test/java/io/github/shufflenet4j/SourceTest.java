package io.github.shufflenet4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** Keeps the sources readable: short lines, small packages that say what they are. */
class SourceTest {

    private static final Path SOURCES = Path.of("src");
    private static final int MAX_LINE_LENGTH = 120;
    private static final int MAX_FILES_IN_PACKAGE = 25;

    @Test
    void linesFitOnAPage() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(SOURCES)) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        assertThat(files).isNotEmpty();
        List<String> tooLong = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > MAX_LINE_LENGTH) {
                    tooLong.add(file + ":" + (i + 1));
                }
            }
        }
        assertThat(tooLong).as("lines of more than %d characters", MAX_LINE_LENGTH).isEmpty();
    }

    @Test
    void packagesAreSmallAndDescribed() throws IOException {
        Map<Path, Set<String>> packages = new TreeMap<>();
        try (Stream<Path> all = Files.walk(SOURCES.resolve("main/java"))) {
            all.filter(file -> file.toString().endsWith(".java")).forEach(file -> packages
                    .computeIfAbsent(file.getParent(), folder -> new TreeSet<>()).add(file.getFileName().toString()));
        }
        assertThat(packages).isNotEmpty().allSatisfy((folder, files) -> assertThat(files).as(folder.toString())
                .contains("package-info.java").hasSizeLessThanOrEqualTo(MAX_FILES_IN_PACKAGE));
    }
}
