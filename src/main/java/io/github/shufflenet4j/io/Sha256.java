package io.github.shufflenet4j.io;

import java.io.IOException;
import java.nio.file.Path;

import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MessageDigestAlgorithms;
import org.apache.commons.lang3.Validate;

/**
 * The expected SHA-256 of a file, or its first hex digits. Eight digits detect damage; against forgery they are no
 * defence, but HTTPS is.
 *
 * @param prefix 8 to 64 lower-case hex digits
 */
public record Sha256(String prefix) {

    /** Checks the digits. */
    public Sha256 {
        Validate.isTrue(prefix.matches("[0-9a-f]{8,64}"),
                "the start of a SHA-256 must be 8 to 64 lower-case hex digits, got '%s'", prefix);
    }

    /** Whether the content of {@code file} has this hash. */
    public boolean matches(Path file) throws IOException {
        return of(file).startsWith(prefix);
    }

    /** The hash of a file's content, in 64 hex digits. */
    public static String of(Path file) throws IOException {
        return new DigestUtils(MessageDigestAlgorithms.SHA_256).digestAsHex(file);
    }
}
