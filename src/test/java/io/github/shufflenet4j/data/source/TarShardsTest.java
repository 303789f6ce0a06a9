package io.github.shufflenet4j.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.DataException;

class TarShardsTest {

    private static final String LONG = "folder/" + "x".repeat(150);

    @TempDir
    private Path folder;

    /** Members, each a name and a content, in a tar file with long names as GNU tar or as POSIX says. */
    private Path tar(String name, int longNames, String... members) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream output = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(output)) {
            tar.setLongFileMode(longNames);
            for (int i = 0; i < members.length; i += 2) {
                byte[] content = members[i + 1].getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(members[i]);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return file;
    }

    private Path tar(String name, String... members) throws IOException {
        return tar(name, TarArchiveOutputStream.LONGFILE_GNU, members);
    }

    @Test
    void aSampleIsAnImageAndItsClass() throws IOException {
        tar("b.tar", "7.cls", " 1\n", "7.json", "{}", "7.JPG", "seven", "notes.txt", "no sample", "8.png", "eight",
                "8.cls", "0");
        tar("a.tar", "train/n.9.jpg", "not the image", "train/n.jpg", "x".repeat(2000), "train/n.cls", "10",
                "train/._n.jpg", "hidden", "z.cls", "no image");
        tar("none.tar", "notes.txt", "no sample");
        Files.writeString(folder.resolve(".hidden.tar"), "no tar file");
        TarShards images = TarShards.open(Location.of(folder));
        assertThat(images.classes()).containsExactly("0", "1", "10");
        assertThat(IntStream.range(0, images.size()).mapToObj(images::name)).containsExactly(
                folder + "/a.tar/train/n.jpg", folder + "/b.tar/7.JPG", folder + "/b.tar/8.png");
        assertThat(IntStream.range(0, images.size()).map(images::label)).containsExactly(2, 1, 0);
        assertThat(images.read(2)).asString().isEqualTo("eight");
        assertThat(images.read(0)).hasSize(2000).containsOnly('x');
        assertThat(images.read(1)).asString().isEqualTo("seven");
        assertThat(TarShards.open(Location.of(folder.resolve("b.tar"))).size()).isEqualTo(2);
    }

    @Test
    void longNamesAreReadAsGnuAndPosixWriteThem() throws IOException {
        for (int mode : List.of(TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX)) {
            Path file = tar("long.tar", mode, LONG + "1.jpg", "first", LONG + "1.cls", "a", LONG + "2.cls", "b",
                    LONG + "2.jpg", "second");
            TarShards images = TarShards.open(Location.of(file));
            assertThat(images.name(1)).isEqualTo(file + "/" + LONG + "2.jpg");
            assertThat(images.read(0)).asString().isEqualTo("first");
            assertThat(images.read(1)).asString().isEqualTo("second");
            assertThat(images.label(1)).isEqualTo(1);
        }
    }

    @Test
    void classesAreNamedBesideTheShardsOrAbove() throws IOException {
        Path shards = Files.createDirectory(folder.resolve("val"));
        Files.move(tar("0.tar", "1.jpg", "", "1.cls", "1", "2.jpg", "", "2.cls", "rose"), shards.resolve("0.tar"));
        Files.writeString(folder.resolve("classes.txt"), "tulip\nrose\n");
        assertThat(TarShards.open(Location.of(shards)).classes()).containsExactly("tulip", "rose");
        assertThat(TarShards.open(Location.of(shards)).label(0)).isEqualTo(1);
        assertThat(TarShards.open(Location.of(shards)).label(1)).isEqualTo(1);
        Files.writeString(shards.resolve("classes.txt"), "rose\n");
        assertFault(shards, "0.tar/1.jpg: class '1' is none of the 1 in " + shards.resolve("classes.txt"));
    }

    @Test
    void faultsAreNamed() throws IOException {
        assertFault(tar("a.tar", "1.jpg", "", "2.cls", "0"), "a.tar/1.jpg: has no class: no 1.cls next to it");
        assertFault(tar("a.tar", "1.jpg", "", "1.cls", " "), "a.tar/1.jpg: names no class");
        assertFault(tar("a.tar", "1.jpg", "", "1.cls", "0".repeat(2000)), "a.tar/1.cls: 2000 bytes are no class");
        assertFault(tar("a.tar", "1.jpg", "", "1.png", "", "1.cls", "0"), "a.tar/1.png: a second image");
        assertFault(tar("a.tar", "1.txt", ""), "a.tar: no images in it");
        assertFault(Files.write(folder.resolve("a.tar"), new byte[100]), "only 100 bytes");
        assertFault(Files.writeString(folder.resolve("a.tar"), "text".repeat(1000) + "\0".repeat(1000)), "no tar file");
    }

    @Test
    void linksAreNoImages() throws IOException {
        try (OutputStream output = Files.newOutputStream(folder.resolve("a.tar"));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(output)) {
            TarArchiveEntry link = new TarArchiveEntry("1.jpg", TarConstants.LF_SYMLINK);
            link.setLinkName("2.jpg");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        }
        assertFault(folder.resolve("a.tar"), "a.tar/1.jpg: a link");
    }

    @Test
    void sparseMembersAreRefused() throws IOException {
        try (OutputStream output = Files.newOutputStream(folder.resolve("a.tar"));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(output)) {
            tar.putArchiveEntry(new TarArchiveEntry("1.cls", TarConstants.LF_GNUTYPE_SPARSE));
            tar.closeArchiveEntry();
        }
        assertFault(folder.resolve("a.tar"), "a.tar/1.cls: a sparse file");
    }

    @Test
    void damageIsNoticed() throws IOException {
        Path file = tar("a.tar", "1.jpg", "x".repeat(600), "1.cls", "0", "2.jpg", "y".repeat(600), "2.cls", "1");
        byte[] whole = Files.readAllBytes(file);
        // Headers, contents, in between: the end of the content is at 5120.
        for (int end : new int[] {512, 700, 1536, 1600, 2560, 4000, 5120}) {
            Files.write(file, Arrays.copyOf(whole, end));
            assertFault(file, "a.tar: no tar file, or a damaged or truncated one");
        }
        byte[] damaged = whole.clone();
        damaged[1536 + 10] ^= 1;
        Files.write(file, damaged);
        assertFault(file, "checksum");
        Files.write(file, whole);
        TarShards images = TarShards.open(Location.of(file));
        Files.write(file, Arrays.copyOf(whole, 700));
        assertThat(images.size()).isEqualTo(2);
        assertThatThrownBy(() -> images.read(0)).isInstanceOf(IOException.class).hasMessageContaining("shorter");
    }

    @Test
    void writtenShardsHoldTheSameImages() throws IOException {
        Map<String, String> classOf = new HashMap<>();
        for (int i = 0; i < 25; i++) {
            Path file = folder.resolve("in/" + (i % 2 == 0 ? "even" : "odd") + "/" + i + ".Png");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "image " + i);
            classOf.put("image " + i, file.getParent().getFileName().toString());
        }
        ImageSource folders = ImageSource.open(folder.resolve("in"));
        Path output = Files.createDirectory(folder.resolve("out"));
        new ShardWriter(10).write(output, Map.of("train", folders));
        ImageSource images = ImageSource.open(output, "train");
        assertThat(output.resolve("train")).isDirectoryContaining("glob:**/00000[012].tar");
        assertThat(images.classes()).containsExactly("even", "odd");
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < images.size(); i++) {
            found.put(new String(images.read(i), StandardCharsets.UTF_8), images.classes().get(images.label(i)));
        }
        assertThat(images.size()).isEqualTo(25);
        assertThat(found).isEqualTo(classOf);
        assertThat(images.name(24)).endsWith("000002.tar/000000024.png");
        // Classes alternate in one reading or another; the folders' order would give the even ones first.
        assertThat(IntStream.range(0, 13).map(images::label)).contains(1);

        Path again = folder.resolve("again");
        new ShardWriter(10).write(again, Map.of("", folders));
        assertThat(again.resolve("000001.tar")).hasSameBinaryContentAs(output.resolve("train/000001.tar"));
        assertThat(ImageSource.open(again).fingerprint()).isEqualTo(images.fingerprint());
        assertThatThrownBy(() -> new ShardWriter(10).write(output, Map.of("", folders)))
                .hasMessageContaining("not empty");
        assertThatThrownBy(() -> new ShardWriter(0)).hasMessageContaining("imagesPerShard must be at least 1, got 0");
    }

    @Test
    void whatIsNotWrittenToTheEndHasAnotherName() throws IOException {
        Files.createDirectories(folder.resolve("in/a"));
        Path file = Files.writeString(folder.resolve("in/a/1.jpg"), "content");
        ImageSource images = ImageFolder.open(folder.resolve("in"));
        Files.delete(file);
        Path output = folder.resolve("out");
        assertThatThrownBy(() -> new ShardWriter(1).write(output, Map.of("", images))).isInstanceOf(IOException.class);
        assertThat(output).doesNotExist();
        assertThatThrownBy(() -> new ShardWriter(1).write(output, Map.of("", images)))
                .isInstanceOf(DataException.class).hasMessageContaining("out.partial: was left by another run");
    }

    private static void assertFault(Path path, String message) {
        assertThatThrownBy(() -> TarShards.open(Location.of(path))).isInstanceOf(DataException.class)
                .hasMessageContaining(message).hasMessageNotContaining("\n");
    }
}
