package io.github.shufflenet4j.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.Shared;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.image.Region;
import io.github.shufflenet4j.data.image.Resize;
import io.github.shufflenet4j.data.image.RgbImage;
import io.github.shufflenet4j.data.image.TestImages;
import io.github.shufflenet4j.data.source.ImageFolder;
import io.github.shufflenet4j.data.transform.Preprocessing;

/** Copies of photos, and other photos. */
class ThumbnailTest {

    private static final Preprocessing PREPROCESSING = Preprocessing.torchvision(224);

    private static Thumbnail of(RgbImage image) {
        return Thumbnail.of(PREPROCESSING.resizeAndCrop(image));
    }

    private static RgbImage mirrored(RgbImage image) {
        byte[] pixels = new byte[image.pixels().length];
        for (int i = 0; i < image.width() * image.height(); i++) {
            int from = i - i % image.width() + image.width() - 1 - i % image.width();
            System.arraycopy(image.pixels(), 3 * from, pixels, 3 * i, 3);
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }

    private static RgbImage cropped(RgbImage image, double share) {
        int x = (int) (share * image.width());
        int y = (int) (share * image.height());
        Region inner = new Region(x, y, image.width() - 2 * x, image.height() - 2 * y);
        return Resize.resize(image, inner, inner.width(), inner.height());
    }

    private static RgbImage brighter(RgbImage image) {
        byte[] pixels = image.pixels().clone();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) Math.min(255, (pixels[i] & 0xFF) * 1.1);
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }

    @Test
    void copiesMatchAndOtherPhotosOfTheSameClassDoNot() throws IOException {
        ImageFolder photos = ImageFolder.open(Shared.path("images/flowers/val"));
        Thumbnail before = null;
        for (int i = 0; i < photos.size(); i += 40) {
            RgbImage photo = ImageDecoder.read(Path.of(photos.name(i)));
            Thumbnail thumbnail = of(photo);
            RgbImage half = Resize.resize(photo, photo.width() / 2, photo.height() / 2);
            for (RgbImage copy : new RgbImage[] {half, mirrored(half), brighter(photo), cropped(photo, 0.025)}) {
                assertThat(thumbnail.match(of(copy))).as(photos.name(i)).isGreaterThan(Duplicates.MIN_MATCH);
                assertThat(of(copy).match(thumbnail)).as(photos.name(i)).isGreaterThan(Duplicates.MIN_MATCH);
            }
            if (before != null) {
                assertThat(thumbnail.match(before)).as(photos.name(i)).isLessThan(0.8);
            }
            before = thumbnail;
        }
    }

    @Test
    void aPlainPictureMatchesNone() {
        Thumbnail plain = of(TestImages.plain(300, 200, 10, 20, 30));
        assertThat(plain.match(plain)).isZero();
        Thumbnail pattern = of(TestImages.pattern(256, 256));
        assertThat(pattern.match(pattern)).isCloseTo(1, within(1e-9));
        assertThat(pattern.match(plain)).isZero();
    }
}
