package io.github.shufflenet4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.DataException;

class ExclusionTest {

    @TempDir
    private Path folder;

    private Location images(String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
        return Location.of(folder);
    }

    private static Set<String> contents(ImageSource images) throws IOException {
        Set<String> contents = new TreeSet<>();
        for (int i = 0; i < images.size(); i++) {
            contents.add(new String(images.read(i), StandardCharsets.UTF_8));
        }
        return contents;
    }

    private static Exclusion exclude(String... names) {
        return new Exclusion("list.txt", List.of(names));
    }

    @Test
    void listsHaveNamesColumnsAndComments() throws IOException {
        Path list = Files.writeString(folder.resolve("list.txt"), "# comment\r\n\n  train/a/1.jpg  \r\n"
                + "train/a/2 b.jpg\twhy\t0.5\n./#3.jpg\n#train/a/4.jpg\ntrain/a/1.jpg\n");
        Exclusion read = Exclusion.read(list);
        assertThat(read).isEqualTo(new Exclusion(list.toString(), List.of("train/a/1.jpg", "train/a/2 b.jpg",
                "./#3.jpg")));
        Path copy = Files.writeString(folder.resolve("copy.txt"), read.text());
        assertThat(Exclusion.read(copy).names()).isEqualTo(read.names());
        assertThat(Exclusion.line("#3.jpg", true, List.of("why"))).isEqualTo("./#3.jpg\twhy\n");
        assertThat(Exclusion.line("4.jpg", false, List.of("why", "0.5"))).isEqualTo("# 4.jpg\twhy\t0.5\n");
        assertThat(Exclusion.line("a\nb.jpg", true, List.of("why"))).isEqualTo("# a b.jpg\twhy\n");
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> Exclusion.read(folder.resolve("none")))
                .withMessage(folder.resolve("none") + ": no such file");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xFF, 0});
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> Exclusion.read(binary))
                .withMessageStartingWith(binary + ": not UTF-8 text");
    }

    @Test
    void namesAreRelativeToTheDataSet() throws IOException {
        Location data = images("train/a/1.jpg", "train/a/2.jpg", "train/b/1.jpg", "val/a/1.jpg", "val/b/1.jpg",
                "val/b/#2.jpg");
        DataSplit split = DataSplit.open(data, Optional.empty(), 1);
        assertThat(IntStream.range(0, 3).mapToObj(i -> Exclusion.name(data, split.validation(), i)))
                .containsExactly("val/a/1.jpg", "val/b/#2.jpg", "val/b/1.jpg");
        DataSplit left = split.without(exclude("train/a/1.jpg", "./val/b/#2.jpg"), data);
        assertThat(contents(left.train())).containsExactly("train/a/2.jpg", "train/b/1.jpg");
        assertThat(contents(left.validation())).containsExactly("val/a/1.jpg", "val/b/1.jpg");
        assertThat(left.train().classes()).containsExactly("a", "b");
        assertThat(left.train().fingerprint()).isNotEqualTo(split.train().fingerprint());
        assertThat(split.without(Exclusion.NONE, data)).isEqualTo(split);
    }

    @Test
    void aDrawnSplitStaysTheSameOtherwise() throws IOException {
        Location data = images(IntStream.range(0, 40).mapToObj(i -> i % 2 + "/" + i + ".jpg").toArray(String[]::new));
        DataSplit split = DataSplit.open(data, Optional.empty(), 1);
        DataSplit left = split.without(exclude("0/0.jpg", "1/1.jpg", "0/2.jpg", "1/3.jpg"), data);
        Set<String> gone = Set.of("0/0.jpg", "1/1.jpg", "0/2.jpg", "1/3.jpg");
        for (boolean training : new boolean[] {true, false}) {
            Set<String> before = contents(training ? split.train() : split.validation());
            before.removeAll(gone);
            assertThat(contents(training ? left.train() : left.validation())).isEqualTo(before);
        }
        assertThat(left.lists().get("train.tsv").lines()).hasSize(left.train().size())
                .noneMatch(line -> gone.stream().anyMatch(name -> line.contains("/" + name + "\t")));
    }

    @Test
    void listedFilesElsewhereHaveAbsoluteNames() throws IOException {
        images("photos/1.jpg", "photos/2.jpg", "lists/3.jpg", "lists/4.jpg");
        Path list = Files.writeString(folder.resolve("lists/train.tsv"), folder.resolve("photos/1.jpg") + "\ta\n"
                + "../photos/2.jpg\tb\n3.jpg\ta\n4.jpg\tb\n");
        Location data = Location.of(list);
        ImageSource images = ImageSource.open(data);
        List<String> names = IntStream.range(0, 4).mapToObj(i -> Exclusion.name(data, images, i)).toList();
        assertThat(names).containsExactly(folder.toAbsolutePath() + "/photos/1.jpg",
                folder.toAbsolutePath() + "/photos/2.jpg", "3.jpg", "4.jpg");
        assertThat(contents(new Exclusion("list", names.subList(1, 3)).applyTo(data, List.of(images)).get(0)))
                .containsExactly("lists/4.jpg", "photos/1.jpg");
    }

    @Test
    void imagesInTarFilesAreNamedByBoth() throws IOException {
        Location data = images("images/a/1.jpg", "images/a/2.jpg", "images/b/1.jpg");
        new ShardWriter(2).write(folder.resolve("shards"), Map.of("train",
                ImageSource.open(folder.resolve("images"))));
        Location shards = data.resolve("shards");
        ImageSource packed = ImageSource.open(shards.resolve("train"));
        int second = IntStream.range(0, 3).filter(i -> read(packed, i).equals("images/a/2.jpg")).findFirst()
                .orElseThrow();
        String name = Exclusion.name(shards, packed, second);
        assertThat(name).matches("train/[^/]+\\.tar/[^/]+\\.jpg");
        ImageSource left = new Exclusion("list", List.of(name)).applyTo(shards, List.of(packed)).get(0);
        assertThat(contents(left)).containsExactly("images/a/1.jpg", "images/b/1.jpg");
        assertThat(IntStream.range(0, 2).mapToObj(left::name).collect(Collectors.toSet()))
                .allMatch(path -> path.contains(".tar/"));
    }

    private static String read(ImageSource images, int sample) {
        try {
            return new String(images.read(sample), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsNotThereCannotBeLeftOut() throws IOException {
        Location data = images("train/a/1.jpg", "train/b/1.jpg", "train/b/2.jpg", "val/a/1.jpg");
        DataSplit split = DataSplit.open(data, Optional.empty(), 1);
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> split.without(exclude("train/b/1.jpg", "a/1.jpg"), data))
                .withMessage("list.txt: names an image that " + folder + " does not have, 'a/1.jpg'; names are relative"
                        + " to " + folder);
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> split.without(exclude("train/b/9.jpg", "train/a/9.jpg"), data))
                .withMessageContaining("names 2 images, the first that").withMessageContaining("'train/b/9.jpg'");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> split.without(exclude("train/b/1.jpg", "train/b/2.jpg"), data))
                .withMessage("list.txt: leaves no image of the class b; keep one, or remove the class");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> split.without(exclude("val/a/1.jpg"), data))
                .withMessage("list.txt: leaves no image for validation");
    }
}
