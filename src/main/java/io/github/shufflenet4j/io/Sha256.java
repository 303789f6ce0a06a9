package io.github.shufflenet4j.io;

import java.io.IOException;
import java.nio.file.Path;

import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MessageDigestAlgorithms;

/**
 * The SHA-256 that a file should have, or the first hex digits of it. Eight digits tell a damaged file from a whole
 * one; they are no defence against someone who forges it, which is what HTTPS is for.
 *
 * @param prefix 8 to 64 lower-case hex digits
 */
public record Sha256(String prefix) {

    /** Checks the digits. */
    public Sha256 {
        if (!prefix.matches("[0-9a-f]{8,64}")) {
            throw new IllegalArgumentException(
                    "the start of a SHA-256 must be 8 to 64 lower-case hex digits, got '" + prefix + "'");
        }
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
