package io.github.shufflenet4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.DataException;

class DataSplitTest {

    @TempDir
    private Path folder;

    private void images(String classFolder, int count) throws IOException {
        Path images = Files.createDirectories(folder.resolve(classFolder));
        for (int i = 0; i < count; i++) {
            Files.writeString(images.resolve(i + ".jpg"), "x".repeat(i));
        }
    }

    private DataSplit open(String data, double share, long seed) throws IOException {
        return DataSplit.open(Location.of(folder.resolve(data)), Optional.of(share), seed);
    }

    private DataSplit open(String data) throws IOException {
        return DataSplit.open(Location.of(folder.resolve(data)), Optional.empty(), 1);
    }

    private static Map<String, Long> perClass(ImageSource images) {
        return IntStream.range(0, images.size()).boxed().collect(Collectors.groupingBy(
                sample -> images.classes().get(images.label(sample)), Collectors.counting()));
    }

    private Set<String> names(ImageSource images) {
        return IntStream.range(0, images.size()).mapToObj(sample -> folder.relativize(Path.of(images.name(sample)))
                .toString().replace('\\', '/')).collect(Collectors.toSet());
    }

    @Test
    void eachClassGivesItsShareOfImages() throws IOException {
        images("data/a", 20);
        images("data/b", 7);
        images("data/c", 2);
        images("data/d", 1);
        DataSplit split = open("data");
        assertThat(split.drawn()).isTrue();
        assertThat(perClass(split.validation())).isEqualTo(Map.of("a", 4L, "b", 1L, "c", 1L));
        assertThat(perClass(split.train())).isEqualTo(Map.of("a", 16L, "b", 6L, "c", 1L, "d", 1L));
        assertThat(split.validation().classes()).containsExactly("a", "b", "c", "d");
        assertThat(names(split.train())).hasSize(24).doesNotContainAnyElementsOf(names(split.validation()));
        assertThat(perClass(open("data", 0.5, 1).validation())).isEqualTo(Map.of("a", 10L, "b", 4L, "c", 1L));
        assertThat(perClass(open("data", 0.99, 1).train())).isEqualTo(Map.of("a", 1L, "b", 1L, "c", 1L, "d", 1L));
        assertThat(split.train().read(1)).hasSize((int) Files.size(Path.of(split.train().name(1))));
    }

    @Test
    void aSplitDependsOnTheSeedAndOnTheNamesWithinTheData() throws IOException {
        images("data/a", 30);
        images("data/b", 30);
        DataSplit split = open("data");
        assertThat(open("data").validation().fingerprint()).isEqualTo(split.validation().fingerprint());
        assertThat(names(open("data", 0.2, 2).validation())).isNotEqualTo(names(split.validation()));
        // Not the same numbers in each class.
        assertThat(names(split.validation()).stream().map(name -> name.substring("data/a/".length())).distinct())
                .hasSizeGreaterThan(6);
        Set<String> before = names(split.validation());
        Files.writeString(folder.resolve("data/b/00.jpg"), "");
        Set<String> after = names(open("data").validation());
        after.removeAll(before);
        assertThat(after).hasSizeLessThanOrEqualTo(1);

        images("other/place/a", 30);
        images("other/place/b", 30);
        assertThat(open("other/place").train().fingerprint()).isEqualTo(split.train().fingerprint());
        assertThat(open("other/place").validation().fingerprint()).isEqualTo(split.validation().fingerprint());
    }

    @Test
    void itsListsAreTheSameSplit() throws IOException {
        images("data/10", 6);
        images("data/9", 6);
        images("data/1 2", 1);
        DataSplit split = open("data");
        for (Map.Entry<String, String> list : split.lists().entrySet()) {
            Files.createDirectories(folder.resolve("run"));
            Files.writeString(folder.resolve("run").resolve(list.getKey()), list.getValue());
        }
        DataSplit listed = open("run");
        assertThat(listed.drawn()).isFalse();
        assertThat(listed.train().classes()).containsExactly("1 2", "10", "9");
        for (int sample = 0; sample < split.train().size(); sample++) {
            assertThat(listed.train().name(sample)).isEqualTo(split.train().name(sample));
            assertThat(listed.train().label(sample)).isEqualTo(split.train().label(sample));
        }
        assertThat(names(listed.validation())).isEqualTo(names(split.validation()));

        images("data/ space", 2);
        assertThatThrownBy(() -> open("data").lists()).isInstanceOf(DataException.class)
                .hasMessageContaining("data/ space/").hasMessageContaining("rename it");
    }

    @Test
    void listsAreSplitToo() throws IOException {
        images("a", 4);
        Files.writeString(folder.resolve("list.tsv"), IntStream.range(0, 4)
                .mapToObj(i -> "a/" + i + ".jpg\t" + "ab".charAt(i / 2)).collect(Collectors.joining("\n")));
        assertThat(perClass(open("list.tsv").validation())).isEqualTo(Map.of("a", 1L, "b", 1L));
    }

    @Test
    void whatIsDividedStaysSo() throws IOException {
        images("data/train/a", 5);
        assertThat(perClass(open("data").train())).isEqualTo(Map.of("a", 4L));
        images("data/val/b", 1);
        DataSplit split = open("data");
        assertThat(split.drawn()).isFalse();
        assertThat(split.train().size()).isEqualTo(5);
        assertThat(split.validation().classes()).containsExactly("b");
        assertThat(DataSplit.validationIn(Location.of(folder.resolve("data"))).name()).isEqualTo("val");
        assertThatThrownBy(() -> open("data", 0.2, 1)).isInstanceOf(DataException.class)
                .hasMessageContaining("val: holds the images for validation");

        images("other/training/a", 5);
        images("other/valid/a", 2);
        assertThat(open("other").train().size()).isEqualTo(5);
        assertThat(open("other").validation().size()).isEqualTo(2);
    }

    @Test
    void aClassOfTrainsIsNoPart() throws IOException {
        images("data/car", 5);
        images("data/train", 5);
        assertThat(perClass(open("data").train())).isEqualTo(Map.of("car", 4L, "train", 4L));
        assertThat(DataSplit.validationIn(Location.of(folder.resolve("data"))).name()).isEqualTo("data");
    }

    @Test
    void whatCannotBeSplitIsExplained() throws IOException {
        images("data/a", 1);
        images("data/b", 1);
        assertThatThrownBy(() -> open("data")).isInstanceOf(DataException.class)
                .hasMessage(folder.resolve("data") + ": each class has one image, which leaves none for validation;"
                        + " add images");
        images("data/c", 2);
        new ShardWriter(10).write(folder.resolve("packed"), Map.of("", ImageSource.open(folder.resolve("data"))));
        assertThatThrownBy(() -> open("packed")).isInstanceOf(DataException.class)
                .hasMessageContaining("packed: tar files are not split");
        Files.createDirectories(folder.resolve("empty"));
        for (String missing : List.of("empty", "none")) {
            assertThatThrownBy(() -> open(missing)).isInstanceOf(DataException.class).hasMessageContaining(missing);
        }
    }
}
