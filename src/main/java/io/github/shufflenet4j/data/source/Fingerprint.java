package io.github.shufflenet4j.data.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;

import org.apache.commons.codec.digest.DigestUtils;

/**
 * Identifies a list of images.
 *
 * @param images number of images
 * @param sha256 over classes, names and sizes of the files
 */
public record Fingerprint(int images, String sha256) {

    /** The fingerprint of a source, by names that do not depend on its location, and by sizes in bytes. */
    public static Fingerprint of(ImageSource source, IntFunction<String> names, IntToLongFunction sizes) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        for (int sample = 0; sample < source.size(); sample++) {
            int label = source.label(sample);
            String name = label < 0 ? "" : source.classes().get(label);
            String line = label + "/" + name + "/" + names.apply(sample) + "/" + sizes.applyAsLong(sample) + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return new Fingerprint(source.size(), HexFormat.of().formatHex(digest.digest()));
    }
}
