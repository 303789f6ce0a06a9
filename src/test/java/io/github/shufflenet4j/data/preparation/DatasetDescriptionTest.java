package io.github.shufflenet4j.data.preparation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

import io.github.shufflenet4j.io.yaml.YamlException;

class DatasetDescriptionTest {

    private static final String WHOLE = """
            title: t
            homepage: https://home.invalid
            licence: CC0-1.0
            terms: none
            classes: 2
            trainImages: 3
            valImages: 2
            layout: split-folders
            files:
              - name: a.tgz
                archive: tgz
            """;

    @SuppressWarnings("unused") // a source of parameters
    private static final Iterable<String> NAMES = DatasetDescription.SHIPPED;

    @TempDir
    private Path folder;

    private void assertRefused(String yaml, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("d.yaml"), yaml);
        assertThatExceptionOfType(YamlException.class).isThrownBy(() -> DatasetDescription.read(file.toString()))
                .withMessageStartingWith(file.toString()).withMessageNotContaining("\n").withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            titel: t                | :12: unknown key 'titel'; did you mean 'title'?
            classes: 3              | :12: classes is given twice, first in line 5
            seed: -1                | :12: seed must be a whole number from 0 on, not -1
            validationShare: 1      | :12: validationShare must be a number above 0 and below 1, not 1.0
            files: []               | :12: files is given twice
            '    adress: tgz'       | :12: unknown key 'adress'; did you mean 'address'?
            '    size: 0'           | :12: size must be a whole number from 1 on, not 0
            '    sha256: 0123456789'| :12: sha256 must be 64 lower-case hex digits, not '0123456789'
            '    md5: x'            | :12: md5 must be 32 lower-case hex digits, not 'x'
            '    address: ftp://x/a'| :12: address must be an http or https URI, not 'ftp://x/a'
            '    address: a.tgz'    | :12: address must be an http or https URI, not 'a.tgz'
            '    address: //x.invalid/a.tgz' | :12: address must be an http or https URI, not '//x.invalid/a.tgz'
            '    address: https://x.invalid/a.tgz' | :10: sha256 must be given with an address
            '  - archive: zip'      | :12: lacks the key 'name', a text on one line
            '  - zip'               | :12: an item of files must have keys, such as name
            '  - {name: b.tgz, archive: tgz}' | : layout split-folders is for 1 files, not 2
            '  - {name: ../b, archive: tgz}'  | :12: name must be the name of a file, not '../b'
            """)
    void faultsAreNamedWithFileLineAndKey(String line, String message) throws IOException {
        assertRefused(WHOLE + line + "\n", message);
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertRefused(WHOLE.replace("licence: CC0-1.0\n", ""), ": lacks the key 'licence', a text on one line");
        assertRefused(WHOLE.replace("homepage: https://home.invalid\n", ""), ": homepage must be given");
        assertRefused(WHOLE.replace("layout: split-folders", "layout: folders"),
                ":8: layout must be one of class-folders, split-folders, tiny-imagenet, cifar-10, imagenet, rendered");
        assertRefused("words\n", ": is no dataset description");
        String hash = "0".repeat(64);
        assertRefused(WHOLE + "    sha256: " + hash + "\n    address: https://x.invalid/b.tgz\n",
                ":10: address must end in the file's name, a.tgz");
        assertThatExceptionOfType(YamlException.class).isThrownBy(() -> DatasetDescription.read("nothing"))
                .withMessageContaining("nothing: no such dataset").withMessageContaining("imagenette-320");
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void theShippedOnesAreComplete(String name) throws IOException {
        DatasetDescription dataset = DatasetDescription.read(name);
        assertThat(dataset.name()).isEqualTo(name);
        assertThat(dataset).isEqualTo(DatasetDescription.read("datasets/" + name + ".yaml"));
        assertThat(dataset.images()).isGreaterThan(dataset.classes());
    }

    @Test
    void allOfTheFolderAreListed() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("datasets"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")))
                    .containsExactlyInAnyOrderElementsOf(
                            DatasetDescription.SHIPPED.stream().map(name -> name + ".yaml").toList());
        }
    }
}
