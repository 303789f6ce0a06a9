package io.github.shufflenet4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

class CsvTest {

    @Test
    void cellsAreQuotedWhereTheyMustBe() {
        assertThat(Csv.line(List.of("a b", "", "1,5", "say \"hi\"", "two\nlines")))
                .isEqualTo("a b,,\"1,5\",\"say \"\"hi\"\"\",\"two\nlines\"\n");
    }
}
