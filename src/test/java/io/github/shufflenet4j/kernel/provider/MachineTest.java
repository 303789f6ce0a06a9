package io.github.shufflenet4j.kernel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class MachineTest {

    @Test
    void saysWhatComputes() {
        Map<String, String> facts = Machine.facts();
        assertThat(facts).containsKeys("Processor", "Cores", "Threads that compute", "Kernels", "Java",
                "Operating system");
        assertThat(facts.values()).noneMatch(String::isBlank);
        assertThat(facts).containsEntry("Threads that compute", Integer.toString(Workers.shared().size()));
    }

    @Test
    void vectorExtensionsAreThoseThatLinuxNames() throws Exception {
        Path file = Path.of("/proc/cpuinfo");
        Assumptions.assumeTrue(Files.isReadable(file) && Files.readString(file).contains(" avx2 "));
        assertThat(Machine.facts().get("Vector extensions").split(" ")).contains("avx2").doesNotContain("sse2");
    }

    @Test
    void processorsHaveTheirMakersNameOnLinux() throws Exception {
        Path file = Path.of("/proc/cpuinfo");
        if (Files.isReadable(file) && Files.readString(file).contains("model name\t: ")) {
            assertThat(Files.readString(file)).contains("model name\t: " + Machine.facts().get("Processor"));
        } else {
            assertThat(Machine.facts()).containsEntry("Processor", System.getProperty("os.arch"));
        }
    }
}
