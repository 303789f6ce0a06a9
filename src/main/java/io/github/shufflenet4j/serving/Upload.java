package io.github.shufflenet4j.serving;

import java.util.Objects;

/**
 * An encoded image: JPEG, PNG, WebP, BMP, TIFF or GIF.
 *
 * @param name    for messages and answers
 * @param content the file's bytes, which are not copied
 */
public record Upload(String name, byte[] content) {

    public Upload {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(content, "content");
    }
}
