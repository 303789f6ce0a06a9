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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.JavaProgram;
import io.github.shufflenet4j.data.DataException;

class ImageFolderTest {

    @TempDir
    private Path folder;

    @Test
    void classesAndFilesAreSorted() throws IOException {
        // Capitals come before small letters, as in Python.
        touch("cat/b.png", "cat/a.JPG", "Dog/2.webp", "Dog/10.tiff", "ant/x.jpeg");
        ImageFolder images = ImageFolder.open(folder);
        assertThat(images.classes()).containsExactly("Dog", "ant", "cat");
        assertThat(names(images)).containsExactly("Dog/10.tiff", "Dog/2.webp", "ant/x.jpeg", "cat/a.JPG", "cat/b.png");
        assertThat(IntStream.range(0, images.size()).map(images::label)).containsExactly(0, 0, 1, 2, 2);
        assertThat(images.name(0)).isEqualTo(folder.resolve("Dog/10.tiff").toString());
    }

    @Test
    void whatIsNoImageOrHiddenIsLeftOut() throws IOException {
        touch("a/x.jpg", "a/._x.jpg", "a/notes.txt", "a/jpg", "a/x.jpg.part", ".cache/x.jpg", "a/.thumbs/x.jpg",
                "top.jpg");
        ImageFolder images = ImageFolder.open(folder);
        assertThat(images.classes()).containsExactly("a");
        assertThat(names(images)).containsExactly("a/x.jpg");
    }

    @Test
    void foldersWithinAClassAreWalkedAsTorchvisionDoes() throws IOException {
        touch("a/z.jpg", "a/d/e/1.jpg", "a/d/2.jpg", "a/d-e/3.jpg", "a/\u00e4 \u00f6.jpg");
        assertThat(names(ImageFolder.open(folder))).containsExactly(
                "a/z.jpg", "a/\u00e4 \u00f6.jpg", "a/d/2.jpg", "a/d-e/3.jpg", "a/d/e/1.jpg");
    }

    /** Lists a folder. */
    static final class Lister {

        public static void main(String[] args) throws IOException {
            try {
                ImageFolder images = ImageFolder.open(Path.of(args[0]));
                System.out.println(images.size() + " images, " + images.read(0).length + " bytes");
            } catch (DataException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX) // Macs read file names as UTF-8 in any locale
    void aNameThatTheLocaleCannotReadIsExplained() throws Exception {
        // By a shell, since this process may not be able to write it.
        for (String name : List.of("a/tulpe-\\303\\274.jpg", "gr\\303\\274n/x.jpg", "a/\\303\\274/x.jpg")) {
            Path images = Files.createTempDirectory(folder, "images");
            new ProcessBuilder("sh", "-c", "cd \"$1\" && name=$(printf \"$2\")"
                    + " && mkdir -p \"${name%/*}\" && : >\"$name\"",
                    "sh", images.toString(), name).inheritIO().start().waitFor();
            ProcessBuilder lister = new ProcessBuilder(JavaProgram.command(List.of(),
                    System.getProperty("java.class.path"), Lister.class, images.toString()));
            lister.environment().put("LC_ALL", "C");
            Process process = lister.redirectErrorStream(true).start();
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).hasLineCount(1)
                    .startsWith(images.toString())
                    .contains("its name cannot be read in this process's locale", "LC_ALL=C.UTF-8");
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void linksAreFollowed() throws IOException {
        touch("elsewhere/images/x.jpg");
        Path classes = Files.createDirectory(folder.resolve("classes"));
        Files.createSymbolicLink(classes.resolve("a"), folder.resolve("elsewhere/images"));
        assertThat(ImageFolder.open(classes).size()).isEqualTo(1);

        Files.createSymbolicLink(folder.resolve("elsewhere/images/loop"), folder.resolve("elsewhere"));
        assertFault(classes, "cannot be listed");
    }

    @Test
    void aDanglingLinkIsAnUnreadableImage() throws IOException {
        touch("a/x.jpg");
        Path link = Files.createSymbolicLink(folder.resolve("a/y.jpg"), folder.resolve("nowhere.jpg"));
        Files.createSymbolicLink(folder.resolve("a/z.jpg"), folder.resolve("a/z.jpg"));
        ImageFolder images = ImageFolder.open(folder);
        assertThat(names(images)).containsExactly("a/x.jpg", "a/y.jpg", "a/z.jpg");
        assertThat(images.fingerprint().images()).isEqualTo(3);
        assertThatThrownBy(() -> images.read(1)).isInstanceOf(NoSuchFileException.class);
        Files.delete(link);
        assertThatThrownBy(images::fingerprint).isInstanceOf(DataException.class)
                .hasMessageContaining("images changed while they were listed");
    }

    @Test
    void filesAreRead() throws IOException {
        touch("a/x.jpg");
        Files.writeString(folder.resolve("a/x.jpg"), "content");
        assertThat(ImageFolder.open(folder).read(0)).asString().isEqualTo("content");
    }

    @Test
    void faultsAreNamed() throws IOException {
        assertFault(folder.resolve("none"), folder.resolve("none") + ": no such folder");
        Path file = Files.createFile(folder.resolve("file"));
        assertFault(file, file + ": not a folder");
        assertFault(folder, folder + ": no class folders");
        touch("b/readme.txt", "c/x.heic");
        assertFault(folder, folder + ": no images in its class folders; their names end in jpg, jpeg, ");
    }

    @Test
    void foldersWithoutImagesAreNoClasses() throws IOException {
        touch("a/x.jpg", "b/readme.txt", "c/d/e/y.JFIF", "d/.DS_Store", "d/Thumbs.db", ".e/x.jpg");
        Files.createDirectory(folder.resolve("0"));
        ImageFolder images = ImageFolder.open(folder);
        assertThat(images.classes()).containsExactly("a", "c");
        assertThat(names(images)).containsExactly("a/x.jpg", "c/d/e/y.JFIF");
        assertThat(images.label(1)).isEqualTo(1);
    }

    @Test
    void manyNamesStayApart() throws IOException {
        Path many = Files.createDirectory(folder.resolve("a"));
        for (int i = 0; i < 3000; i++) {
            Files.createFile(many.resolve(i + ".jpg"));
        }
        ImageFolder images = ImageFolder.open(folder);
        assertThat(images.size()).isEqualTo(3000);
        assertThat(names(images)).isSorted().doesNotHaveDuplicates().contains("a/0.jpg", "a/1023.jpg", "a/2999.jpg");
    }

    @Test
    void labelsCanFollowTheClassesOfAModel() throws IOException {
        touch("b/x.jpg", "d/x.jpg");
        ImageSource images = ImageFolder.open(folder).labelledBy(List.of("d", "c", "b"));
        assertThat(images.classes()).containsExactly("d", "c", "b");
        assertThat(images.label(0)).isEqualTo(2);
        assertThat(images.label(1)).isZero();
        assertThat(images.name(1)).endsWith("x.jpg");
        assertThat(images.read(1)).isEmpty();
        assertThatThrownBy(() -> ImageFolder.open(folder).labelledBy(List.of("b")))
                .isInstanceOf(DataException.class).hasMessage("class 'd' is none of the 1 known");
        assertThatThrownBy(() -> ImageFolder.open(folder).labelledBy(List.of("b", "d", "b")))
                .isInstanceOf(DataException.class).hasMessageContaining("twice");
    }

    private void touch(String... files) throws IOException {
        for (String file : files) {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.createFile(path);
        }
    }

    private List<String> names(ImageFolder images) {
        return IntStream.range(0, images.size())
                .mapToObj(sample -> folder.relativize(Path.of(images.name(sample))).toString().replace('\\', '/'))
                .toList();
    }

    private static void assertFault(Path folder, String message) {
        assertThatThrownBy(() -> ImageFolder.open(folder)).isInstanceOf(DataException.class)
                .hasMessageContaining(message).hasMessageNotContaining("\n");
    }
}
