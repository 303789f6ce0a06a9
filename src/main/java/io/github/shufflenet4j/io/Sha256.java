package io.github.shufflenet4j.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

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
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[1 << 16];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                digest.update(chunk, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
