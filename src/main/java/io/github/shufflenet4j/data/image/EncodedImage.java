package io.github.shufflenet4j.data.image;

import java.util.Optional;

/**
 * A file's bytes before they are decoded, so that a transform can say how much of the image it needs. A JPEG file can
 * be decoded at a half, a quarter or an eighth of its size in a fraction of the time, as its blocks' low frequencies
 * alone are then turned into pixels.
 */
public final class EncodedImage {

    private final byte[] bytes;
    private final String name;
    private final boolean ignoreExif;

    /** An image that is turned upright. */
    public EncodedImage(byte[] bytes, String name) {
        this(bytes, name, false);
    }

    /**
     * @param bytes      of the file, which are not looked at yet
     * @param name       the file's name, for messages
     * @param ignoreExif whether the image is taken as it is stored, not turned upright
     */
    public EncodedImage(byte[] bytes, String name, boolean ignoreExif) {
        this.bytes = bytes;
        this.name = name;
        this.ignoreExif = ignoreExif;
    }

    /** The whole image, as {@link ImageDecoder} gives it. */
    public RgbImage decode() throws ImageFormatException {
        return ImageDecoder.decode(bytes, name, orientation(), ImageDecoder.hasOpenCv());
    }

    /**
     * As {@link #decode()}, for an image of unknown origin.
     *
     * @param maxPixels maximum number of pixels, beyond which nothing is decoded
     * @throws ImageFormatException also if the image has more
     */
    public RgbImage decode(long maxPixels) throws ImageFormatException {
        return ImageDecoder.decode(bytes, name, orientation(), ImageDecoder.hasOpenCv(), maxPixels);
    }

    /** How the stored image is turned. */
    public Orientation orientation() {
        return ignoreExif ? Orientation.UPRIGHT : Orientation.of(bytes);
    }

    /** The file as it is stored, if it is a JPEG file, checked, and OpenCV is there to decode it at a smaller size. */
    public Optional<JpegFile> jpeg() throws ImageFormatException {
        return ImageDecoder.hasOpenCv() && JpegFile.isJpeg(bytes) ? Optional.of(JpegFile.check(bytes, name))
                : Optional.empty();
    }
}
