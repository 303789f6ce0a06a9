package io.github.shufflenet4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.JavaProgram;
import io.github.shufflenet4j.Shared;

/** Where OpenCV is missing, Java decodes all formats, to nearly the same pixels. */
class ImageIoDecoderTest extends ImageDecoderTest {

    /** In levels of 255, on average: chroma is interpolated by rules that differ in their rounding. */
    private static final double ALIKE = 0.5;

    @Override
    RgbImage decode(byte[] bytes, String name) throws ImageFormatException {
        return ImageDecoder.decode(bytes, name, Orientation.of(bytes), false);
    }

    /** Decodes two files where no class of OpenCV is. */
    public static final class Program {

        public static void main(String[] args) throws IOException {
            byte[] jpeg = TestImages.encode(TestImages.plain(9, 7, 200, 30, 60), "jpg");
            for (int i = 0; i < 2; i++) {
                System.out.println(ImageDecoder.decode(jpeg, "x"));
                System.out.println(new EncodedImage(jpeg, "x").jpeg().isPresent());
            }
        }
    }

    @Test
    void theLogSaysOnceThatOpenCvIsMissing() throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("bytedeco")).collect(Collectors.joining(File.pathSeparator));
        JavaProgram ended = JavaProgram.run(
                List.of("-Dlogback.configurationFile=io/github/shufflenet4j/cli/logback.xml"), classPath,
                Program.class);
        assertThat(ended.output()).hasSize(5).filteredOn(line -> line.contains("OpenCV cannot be loaded")).hasSize(1);
        assertThat(ended.output()).contains("RgbImage[9x7]", "false").doesNotContain("true");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aJpegHasNearlyThePixelsOfOpenCv(int factor) throws IOException {
        RgbImage image = Resize.resize(TestImages.pattern(60, 40), 199 * factor, 133 * factor);
        requireAlike(TestImages.encode(image, "jpg"));
    }

    @Test
    void aPhotoHasNearlyThePixelsOfOpenCv() throws IOException {
        requireAlike(Files.readAllBytes(Shared.path("fixtures/preprocess/rocket.jpg")));
    }

    /** A comment and a colour profile that is none, in front of JFIF's segment. */
    @Test
    void metadataOfAJpegAreLeftOut() throws IOException {
        byte[] jpeg = TestImages.encode(TestImages.plain(9, 7, 200, 30, 60), "jpg");
        byte[] metadata = {(byte) 0xFF, (byte) 0xFE, 0, 3, 'x', (byte) 0xFF, (byte) 0xE2, 0, 4, 'b', 'd'};
        byte[] file = new byte[jpeg.length + metadata.length];
        System.arraycopy(jpeg, 0, file, 0, 2);
        System.arraycopy(metadata, 0, file, 2, metadata.length);
        System.arraycopy(jpeg, 2, file, 2 + metadata.length, jpeg.length - 2);
        assertThat(decode(file, "x").pixels()).isEqualTo(decode(jpeg, "x").pixels());
        requireAlike(file);
    }

    private void requireAlike(byte[] jpeg) throws IOException {
        byte[] expected = ImageDecoder.decode(jpeg, "x").pixels();
        byte[] actual = decode(jpeg, "x").pixels();
        long differences = 0;
        for (int i = 0; i < expected.length; i++) {
            differences += Math.abs((expected[i] & 0xFF) - (actual[i] & 0xFF));
        }
        assertThat((double) differences / expected.length).isLessThan(ALIKE);
    }
}
