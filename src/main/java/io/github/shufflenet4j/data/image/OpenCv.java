package io.github.shufflenet4j.data.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decodes JPEG and PNG files by OpenCV, which no other class refers to: it need not be there. */
final class OpenCv {

    private OpenCv() {
    }

    /** Loads the native code; throws a LinkageError or TypeNotPresentException if it or its classes are missing. */
    static void load() {
        Loader.load(opencv_imgcodecs.class);
        Loader.load(opencv_imgproc.class);
    }

    /** @param reduction of the sides, which are rounded up: 1, 2, 4 or 8 */
    static RgbImage jpeg(byte[] bytes, String name, int reduction) throws ImageFormatException {
        return decode(bytes, name, switch (reduction) {
            case 1 -> opencv_imgcodecs.IMREAD_COLOR;
            case 2 -> opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
            case 4 -> opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
            case 8 -> opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
            default -> throw new IllegalArgumentException("a reduction by " + reduction);
        });
    }

    static RgbImage png(byte[] bytes, String name) throws ImageFormatException {
        return decode(bytes, name, opencv_imgcodecs.IMREAD_COLOR);
    }

    private static RgbImage decode(byte[] bytes, String name, int flags) throws ImageFormatException {
        return ImageDecoder.guarded(name, () -> {
            try (BytePointer pointer = new BytePointer(bytes);
                 Mat file = new Mat(1, bytes.length, opencv_core.CV_8UC1, pointer);
                 Mat image = opencv_imgcodecs.imdecode(file, opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION | flags)) {
                ImageFormatException.throwIf(image.empty(), name,
                        "the image data is damaged or of an unsupported kind");
                opencv_imgproc.cvtColor(image, image, opencv_imgproc.COLOR_BGR2RGB);
                byte[] pixels = new byte[3 * image.cols() * image.rows()];
                try (BytePointer data = image.data()) {
                    data.get(pixels);
                }
                return new RgbImage(image.cols(), image.rows(), pixels);
            }
        });
    }
}
