package io.github.shufflenet4j.data;

/**
 * What tells a list of images from another.
 *
 * @param images number of images
 * @param sha256 over classes, names and sizes of the files
 */
public record Fingerprint(int images, String sha256) {
}
