package io.github.shufflenet4j.data.rendered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.data.source.ImageFolder;

class RenderedDatasetTest {

    @TempDir
    private Path folder;

    @Test
    void isAnImageFolderOfTenClasses() throws IOException {
        Path target = folder.resolve("new/data");
        new RenderedDataset(40, 6, 3, 1).write(target);
        ImageFolder train = ImageFolder.open(target.resolve("train"));
        ImageFolder val = ImageFolder.open(target.resolve("val"));
        assertThat(train.classes()).isEqualTo(RenderedDataset.CLASSES).isEqualTo(val.classes()).hasSize(10).isSorted();
        assertThat(train.size()).isEqualTo(60);
        assertThat(val.size()).isEqualTo(30);
        assertThat(Path.of(train.name(7))).isEqualTo(target.resolve("train/checkerboard/0001.jpg"));
        RgbImage image = ImageDecoder.read(Path.of(train.name(7)));
        assertThat(image.width()).isEqualTo(40);
        assertThat(image.height()).isEqualTo(40);
        assertThat(target.resolve("README.txt")).content()
                .contains("40 x 40", "spiral", "6 images per class", "Seed:     1");
    }

    @Test
    void theSeedDecidesEveryByte() throws IOException {
        Map<String, byte[]> first = files(1, "a");
        Map<String, byte[]> again = files(1, "b");
        Map<String, byte[]> other = files(2, "c");
        assertThat(again).hasSameSizeAs(first)
                .allSatisfy((name, bytes) -> assertThat(bytes).isEqualTo(first.get(name)));
        assertThat(other).hasSameSizeAs(first)
                .allSatisfy((name, bytes) -> assertThat(bytes).isNotEqualTo(first.get(name)));
        Set<Integer> different = new HashSet<>();
        first.values().forEach(bytes -> different.add(Arrays.hashCode(bytes)));
        assertThat(different).hasSameSizeAs(first.keySet());
    }

    @Test
    void theMeanColourDoesNotTellTheClass() throws IOException {
        new RenderedDataset(32, 40, 30, 0).write(folder.resolve("data"));
        ImageFolder train = ImageFolder.open(folder.resolve("data/train"));
        ImageFolder val = ImageFolder.open(folder.resolve("data/val"));
        double[][] known = meanColours(train);
        double[][] asked = meanColours(val);
        int right = 0;
        for (int i = 0; i < asked.length; i++) {
            int nearest = 0;
            for (int j = 1; j < known.length; j++) {
                if (distance(asked[i], known[j]) < distance(asked[i], known[nearest])) {
                    nearest = j;
                }
            }
            right += train.label(nearest) == val.label(i) ? 1 : 0;
        }
        // Guessing gives a tenth.
        assertThat((double) right / asked.length).isLessThan(0.2);
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        RenderedDataset data = new RenderedDataset(16, 1, 1, 0);
        Files.writeString(folder.resolve("precious"), "x");
        assertThatThrownBy(() -> data.write(folder)).isInstanceOf(FileSystemException.class)
                .hasMessage(folder + ": exists and is not empty; nothing was written");
        assertThatThrownBy(() -> data.write(folder.resolve("precious"))).isInstanceOf(FileSystemException.class)
                .hasMessageContaining("not a folder");
        assertThat(folder.toFile().list()).containsExactly("precious");
        data.write(Files.createDirectory(folder.resolve("empty")));
    }

    @Test
    void senselessSettingsAreNamed() {
        assertThatThrownBy(() -> new RenderedDataset(8, 1, 1, 0)).hasMessageContaining("16 to 4096, got 8");
        assertThatThrownBy(() -> new RenderedDataset(64, 0, 1, 0))
                .hasMessage("trainPerClass must be at least 1, got 0");
    }

    private Map<String, byte[]> files(long seed, String name) throws IOException {
        Path target = folder.resolve(name);
        new RenderedDataset(24, 3, 1, seed).write(target);
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(target)) {
            for (Path path : (Iterable<Path>) paths.filter(path -> path.toString().endsWith(".jpg"))::iterator) {
                files.put(target.relativize(path).toString(), Files.readAllBytes(path));
            }
        }
        assertThat(files).hasSize(40);
        return files;
    }

    private static double[][] meanColours(ImageFolder images) throws IOException {
        double[][] means = new double[images.size()][3];
        for (int sample = 0; sample < means.length; sample++) {
            int[] values = TestImages.values(ImageDecoder.read(Path.of(images.name(sample))));
            for (int i = 0; i < values.length; i++) {
                means[sample][i % 3] += 3.0 * values[i] / values.length;
            }
        }
        return means;
    }

    private static double distance(double[] a, double[] b) {
        return Math.pow(a[0] - b[0], 2) + Math.pow(a[1] - b[1], 2) + Math.pow(a[2] - b[2], 2);
    }
}
