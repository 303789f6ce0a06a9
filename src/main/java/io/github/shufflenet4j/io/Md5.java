package io.github.shufflenet4j.io;

import java.io.IOException;
import java.nio.file.Path;

import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.codec.digest.MessageDigestAlgorithms;

/**
 * The MD5 that a file should have, for those whose publishers say no other. It tells a damaged file from a whole one
 * and is no defence against someone who forges it.
 *
 * @param digits 32 lower-case hex digits
 */
public record Md5(String digits) {

    /** Checks the digits. */
    public Md5 {
        if (!digits.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("an MD5 must be 32 lower-case hex digits, got '" + digits + "'");
        }
    }

    /** Whether the content of {@code file} has this hash. */
    public boolean matches(Path file) throws IOException {
        return new DigestUtils(MessageDigestAlgorithms.MD5).digestAsHex(file).equals(digits);
    }
}
