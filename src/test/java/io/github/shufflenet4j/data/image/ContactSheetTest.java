package io.github.shufflenet4j.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContactSheetTest {

    private final ContactSheet sheet = new ContactSheet(List.of(
            List.of(TestImages.plain(3, 2, 10, 20, 30), TestImages.plain(3, 2, 40, 50, 60)),
            List.of(TestImages.plain(2, 1, 70, 80, 90))));

    @Test
    void imagesStandInRowsOnWhite() {
        RgbImage image = sheet.image();
        assertThat(image).hasToString("RgbImage[18x16]");
        assertThat(TestImages.pixel(image, 3, 4)).containsExactly(255, 255, 255);
        assertThat(TestImages.pixel(image, 4, 4)).containsExactly(10, 20, 30);
        assertThat(TestImages.pixel(image, 6, 5)).containsExactly(10, 20, 30);
        assertThat(TestImages.pixel(image, 7, 5)).containsExactly(255, 255, 255);
        assertThat(TestImages.pixel(image, 11, 4)).containsExactly(40, 50, 60);
        assertThat(TestImages.pixel(image, 5, 10)).containsExactly(70, 80, 90);
        assertThat(TestImages.pixel(image, 6, 10)).containsExactly(255, 255, 255);
    }

    @Test
    void theFileHoldsTheImage(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("sheet.png");
        sheet.write(file);
        assertThat(ImageDecoder.read(file).pixels()).isEqualTo(sheet.image().pixels());
        assertThatThrownBy(() -> sheet.write(folder.resolve("missing/sheet.png")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void nothingIsNoSheet() {
        assertThatThrownBy(() -> new ContactSheet(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ContactSheet(List.of(List.of()))).hasMessageContaining("nothing in a row");
    }
}
