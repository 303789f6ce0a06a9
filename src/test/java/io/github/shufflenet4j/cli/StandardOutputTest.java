package io.github.shufflenet4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.JavaProgram;

/** Standard output of the program itself, whose end must not be lost. */
class StandardOutputTest {

    @Test
    void tablesWithoutALineBehindThemArePrinted() throws Exception {
        JavaProgram ended = JavaProgram.run(List.of(), Main.class, "summary", "--compare",
                "shufflenet_v2_x0_5,mobilenet_v1_x0_5");
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.output()).anyMatch(line -> line.startsWith("shufflenet_v2_x0_5"))
                .anyMatch(line -> line.startsWith("mobilenet_v1_x0_5"));
    }
}
