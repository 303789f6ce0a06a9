package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

class StartupClassesTest {

    /** It throws if its prediction fails. */
    @Test
    void predicts() throws Exception {
        StartupClasses.main(new String[0]);
    }

    @Test
    void launchersRunIt() throws Exception {
        assertThat(Files.readString(Path.of("src/main/jvm/start.sh"))).contains(" " + StartupClasses.class.getName());
    }
}
