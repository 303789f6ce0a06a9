package io.github.shufflenet4j.io.download;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.apache.commons.lang3.Validate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shufflenet4j.io.FileMutex;

/**
 * A folder that keeps published files, such as weights, so that each is downloaded once. Threads and processes may
 * share it. A file is checked on each request, and fetched again if it is damaged.
 *
 * <table>
 * <caption>Settings, by system property or else environment variable</caption>
 * <tr><th>variable</th><th>property</th><th>meaning</th></tr>
 * <tr><td>{@code SHUFFLENET_CACHE}</td><td>{@code shufflenet.cache}</td><td>the folder; default
 * {@code $XDG_CACHE_HOME/shufflenet4j}, and {@code ~/.cache/shufflenet4j} without that</td></tr>
 * <tr><td>{@code SHUFFLENET_OFFLINE}</td><td>{@code shufflenet.offline}</td><td>{@code 1} or {@code true}: download
 * nothing</td></tr>
 * <tr><td>{@code SHUFFLENET_MIRROR}</td><td>{@code shufflenet.mirror}</td><td>http or https URI of a folder with the
 * files, instead of their publishers'</td></tr>
 * </table>
 */
public final class FileCache {

    /** System property that names the folder. */
    public static final String FOLDER_PROPERTY = "shufflenet.cache";
    /** System property that forbids downloads. */
    public static final String OFFLINE_PROPERTY = "shufflenet.offline";
    /** System property with the URI of a mirror. */
    public static final String MIRROR_PROPERTY = "shufflenet.mirror";

    /** Logs the progress of downloads. */
    public static final DownloadProgress LOGGED = new DownloadProgress() {
        @Override
        public void waiting(Path target) {
            LOG.info("Waiting for another download of {}", target);
        }

        @Override
        public void started(URI address, long present, long total) {
            LOG.info("Downloading {}{}", address, total < 0 ? "" : " (" + (total - present) + " bytes)");
        }

        @Override
        public void retrying(URI address, String fault, Duration pause) {
            LOG.warn("{}: {}; trying again in {} ms", address, fault, pause.toMillis());
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(FileCache.class);

    private final Path folder;
    private final boolean offline;
    private final Optional<URI> mirror;
    private final DownloadOptions options;

    /**
     * @param folder is created with the first file
     * @param mirror http or https URI of a folder with the files, instead of their publishers'
     */
    public FileCache(Path folder, boolean offline, Optional<URI> mirror, DownloadOptions options) {
        this.folder = folder.toAbsolutePath().normalize();
        this.offline = offline;
        this.mirror = mirror;
        this.options = Objects.requireNonNull(options, "options");
        Validate.isTrue(mirror.map(RemoteFile::isOfTheWeb).orElse(true),
                "the mirror must be an http or https URI, got '%s'", mirror.orElse(null));
    }

    /**
     * The cache that system properties and environment variables describe at this moment.
     *
     * @throws IllegalArgumentException naming the variable that is invalid
     */
    public static FileCache standard() {
        return of(System::getenv, System::getProperty);
    }

    static FileCache of(UnaryOperator<String> environment, UnaryOperator<String> properties) {
        UnaryOperator<String> setting = property -> {
            String value = properties.apply(property);
            if (value == null) {
                value = environment.apply(property.replace('.', '_').toUpperCase(Locale.ROOT));
            }
            return value == null || value.isBlank() ? null : value.strip();
        };
        return new FileCache(folder(setting.apply(FOLDER_PROPERTY), environment, properties),
                truth(setting.apply(OFFLINE_PROPERTY)),
                Optional.ofNullable(setting.apply(MIRROR_PROPERTY)).map(FileCache::mirror), DownloadOptions.standard());
    }

    private static Path folder(String setting, UnaryOperator<String> environment, UnaryOperator<String> properties) {
        try {
            if (setting != null) {
                return Path.of(setting);
            }
            String caches = environment.apply("XDG_CACHE_HOME");
            // The XDG specification: relative paths are invalid and to be ignored.
            return (caches != null && Path.of(caches).isAbsolute() ? Path.of(caches)
                    : Path.of(properties.apply("user.home"), ".cache")).resolve("shufflenet4j");
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "SHUFFLENET_CACHE or XDG_CACHE_HOME names no folder: " + e.getMessage(), e);
        }
    }

    private static boolean truth(String setting) {
        return switch (setting == null ? "0" : setting.toLowerCase(Locale.ROOT)) {
            case "1", "true", "yes" -> true;
            case "0", "false", "no" -> false;
            default -> throw new IllegalArgumentException("SHUFFLENET_OFFLINE must be 1 or 0, got '" + setting + "'");
        };
    }

    private static URI mirror(String setting) {
        try {
            return URI.create(setting);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("SHUFFLENET_MIRROR must be an http or https URI, got '" + setting + "'",
                    e);
        }
    }

    /** The same settings with another folder. */
    public FileCache in(Path other) {
        return new FileCache(other, offline, mirror, options);
    }

    /** The folder, which may not exist yet. */
    public Path folder() {
        return folder;
    }

    /** The path of {@code remote} in the folder, whether it exists or not. */
    public Path path(RemoteFile remote) {
        return folder.resolve(remote.fileName());
    }

    /** The URI that {@code remote} is downloaded from: the publisher's, or the mirror's. */
    public URI uri(RemoteFile remote) {
        return mirror.map(address -> URI.create(address.toString().replaceAll("/+$", "") + "/" + remote.fileName()))
                .orElse(remote.uri());
    }

    /** The file with the content of {@code remote}, if it is in the folder and undamaged. */
    public Optional<Path> find(RemoteFile remote) throws IOException {
        Path file = path(remote);
        return Files.isRegularFile(file) && remote.sha256().matches(file) ? Optional.of(file) : Optional.empty();
    }

    /**
     * The file with the content of {@code remote}, downloaded if it is not in the folder yet.
     *
     * @throws IOException if that fails; the message is one line with the fault and the remedy
     */
    @SuppressWarnings("try") // the mutex is held, not used
    public Path fetch(RemoteFile remote, DownloadProgress progress) throws IOException {
        Optional<Path> present = find(remote);
        if (present.isPresent()) {
            return present.get();
        }
        Path file = path(remote);
        if (offline) {
            throw new DownloadException(file, (Files.exists(file) ? "is damaged" : "is not here")
                    + ", and nothing is downloaded offline; fetch " + remote.name()
                    + " when online, or put the content of " + remote.uri() + " there");
        }
        try (FileMutex mutex = mutex(file, progress)) {
            present = find(remote); // downloaded meanwhile
            if (present.isPresent()) {
                return present.get();
            }
            new Download(options, uri(remote), file, remote.sha256(), remote.size(), progress, FileChannel::open)
                    .run();
            return file;
        }
    }

    private FileMutex mutex(Path file, DownloadProgress progress) throws IOException {
        try {
            Files.createDirectories(folder);
            return FileMutex.acquire(folder.resolve(file.getFileName() + ".lock"), () -> progress.waiting(file));
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            String reason = e instanceof AccessDeniedException ? "permission denied"
                    : e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException
                            ? "a file is in its way"
                    : String.valueOf(e.getMessage());
            throw new DownloadException(folder, "downloads cannot be kept in this folder (" + reason
                    + "); choose one that can be written to, for weights by SHUFFLENET_CACHE", e);
        }
    }
}
