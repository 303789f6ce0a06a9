package io.github.shufflenet4j.serving.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import org.apache.commons.lang3.Validate;

/** The secret that requests must bring, kept as its hash, and compared in a time that does not depend on it. */
final class BearerToken {

    private static final String SCHEME = "Bearer ";

    private final byte[] hash;

    /** @throws IllegalArgumentException if the token is empty, or has white space or characters beyond ASCII */
    BearerToken(String token) {
        Validate.isTrue(token.matches("[!-~]+"), "a token is made of visible ASCII characters, and not empty");
        hash = hash(token);
    }

    /** @param authorization header of the request, or null */
    boolean isIn(String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(hash, hash(authorization.substring(SCHEME.length()).strip()));
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
    }
}
