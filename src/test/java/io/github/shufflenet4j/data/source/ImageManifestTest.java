package io.github.shufflenet4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.DataException;

class ImageManifestTest {

    @TempDir
    private Path folder;
    private Path manifest;

    @BeforeEach
    void nameTheManifest() {
        manifest = folder.resolve("val.tsv");
    }

    @Test
    void aLineIsAPathATabAndAClass() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere.jpg"), "absolute");
        Files.createDirectory(folder.resolve("val"));
        Files.writeString(folder.resolve("val/a b.JPEG"), "relative");
        ImageSource images = open("\uFEFF# two images\n\n  val/a b.JPEG\tred rose \r\n" + elsewhere.toAbsolutePath()
                + "\tdaisy");
        assertThat(images.classes()).containsExactly("daisy", "red rose");
        assertThat(labels(images)).containsExactly(1, 0);
        assertThat(images.read(0)).asString().isEqualTo("relative");
        assertThat(images.read(1)).asString().isEqualTo("absolute");
        assertThat(images.name(0)).isEqualTo(folder.resolve("val/a b.JPEG").toString());
    }

    @Test
    void withoutATabTheLastSpaceSeparates() throws IOException {
        ImageSource images = open("""
                ILSVRC2012_val_00000001.JPEG n01751748
                a photo.JPEG   n01440764
                """);
        assertThat(images.classes()).containsExactly("n01440764", "n01751748");
        assertThat(labels(images)).containsExactly(1, 0);
        assertThat(images.name(1)).endsWith("a photo.JPEG");
    }

    @Test
    void numbersAreClassesInTheirOrder() throws IOException {
        ImageSource images = open("a.jpg 10\nb.jpg 9\nc.jpg 100\n");
        assertThat(images.classes()).containsExactly("9", "10", "100");
        assertThat(labels(images)).containsExactly(1, 0, 2);
        assertThat(open("a.jpg 10\nb.jpg 9\nc.jpg x\n").classes()).containsExactly("10", "9", "x");
    }

    @Test
    void aFileBesideItNamesTheClasses() throws IOException {
        Files.writeString(folder.resolve("classes.txt"), "tulip\ndaisy\nrose\n");
        ImageSource images = open("a.jpg\tdaisy\nb.jpg\t2\nc.jpg\t0\n");
        assertThat(images.classes()).containsExactly("tulip", "daisy", "rose");
        assertThat(labels(images)).containsExactly(1, 2, 0);
        assertFault("a.jpg\tdaisy\nb.jpg\tlily\n", "val.tsv: line 2: class 'lily' is none of the 3 in ");
        assertFault("a.jpg\t3\n", "val.tsv: line 1: class '3' is none of the 3 in ");
        Files.writeString(folder.resolve("classes.txt"), "tulip\ndaisy\ntulip\n");
        assertFault("a.jpg\tdaisy\n", "classes.txt: line 3 names a class again, 'tulip'");
        Files.writeString(folder.resolve("classes.txt"), "tulip\n\ndaisy\n");
        assertFault("a.jpg\tdaisy\n", "classes.txt: line 2 names no class");
    }

    @Test
    void faultsAreNamedWithTheirLines() throws IOException {
        assertFault("# a\na.jpg\tdaisy\nalone\n", "val.tsv: line 3 is not a path, a tab and a class");
        assertFault("a.jpg\tdaisy\t1\n", "val.tsv: line 1 is not a path, a tab and a class");
        assertFault("a\0.jpg\tdaisy\n", "val.tsv: line 1: invalid path");
        assertFault("# nothing\n", "val.tsv: lists no images");
        Files.write(manifest, "a.jpg x\n\u00e4.jpg x\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ImageManifest.open(Location.of(manifest))).hasMessageContaining("not UTF-8 text");
        Files.delete(manifest);
        assertThatThrownBy(() -> ImageManifest.open(Location.of(manifest))).hasMessage(manifest + ": no such file");
    }

    @Test
    void theFingerprintSeesNamesClassesAndSizes() throws IOException {
        Files.writeString(folder.resolve("a.jpg"), "12345");
        Fingerprint print = open("a.jpg\tx\nb.jpg\ty\n").fingerprint();
        assertThat(print.images()).isEqualTo(2);
        assertThat(open("# the same\na.jpg x\nb.jpg y\n").fingerprint()).isEqualTo(print);
        assertThat(open("a.jpg\ty\nb.jpg\tx\n").fingerprint()).isNotEqualTo(print);
        assertThat(open("a.jpg\tx\nc.jpg\ty\n").fingerprint()).isNotEqualTo(print);
        Files.writeString(folder.resolve("a.jpg"), "1234");
        ImageSource images = open("a.jpg\tx\nb.jpg\ty\n");
        assertThat(images.fingerprint()).isNotEqualTo(print);
        assertThat(images.labelledBy(List.of("y", "x")).fingerprint()).isEqualTo(images.fingerprint());
        assertThatThrownBy(() -> images.read(1)).isInstanceOf(NoSuchFileException.class);
    }

    private ImageSource open(String lines) throws IOException {
        return ImageManifest.open(Location.of(Files.writeString(manifest, lines)));
    }

    private static int[] labels(ImageSource images) {
        return IntStream.range(0, images.size()).map(images::label).toArray();
    }

    private void assertFault(String lines, String message) throws IOException {
        Files.writeString(manifest, lines);
        assertThatThrownBy(() -> ImageManifest.open(Location.of(manifest))).isInstanceOf(DataException.class)
                .hasMessageContaining(message).hasMessageNotContaining("\n");
    }
}
