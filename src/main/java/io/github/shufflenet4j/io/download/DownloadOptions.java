package io.github.shufflenet4j.io.download;

import java.net.ProxySelector;
import java.time.Duration;
import java.util.Objects;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;

/**
 * Limits of a download.
 *
 * @param connectTimeout maximum time to connect
 * @param stallTimeout   maximum time without a byte, before the response or within it
 * @param attempts       maximum number of attempts, at least 1
 * @param firstPause     pause before the second attempt; doubled before each later one
 * @param proxies        chooses the proxy for a URI
 */
public record DownloadOptions(Duration connectTimeout, Duration stallTimeout, int attempts, Duration firstPause,
                              ProxySelector proxies) {

    /** Checks the values. */
    public DownloadOptions {
        Checks.positive("connectTimeout", connectTimeout.toNanos());
        Checks.positive("stallTimeout", stallTimeout.toNanos());
        Objects.requireNonNull(proxies, "proxies");
        Checks.atLeast("attempts", attempts, 1);
        Validate.isTrue(!firstPause.isNegative(), "firstPause must not be negative, got %s", firstPause);
    }

    /** 15 s to connect, 30 s without a byte, five attempts with pauses of 1 to 8 s, and the usual proxy settings. */
    public static DownloadOptions standard() {
        return new DownloadOptions(Duration.ofSeconds(15), Duration.ofSeconds(30), 5, Duration.ofSeconds(1),
                Proxies.standard());
    }
}
