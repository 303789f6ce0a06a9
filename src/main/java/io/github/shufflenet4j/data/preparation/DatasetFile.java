package io.github.shufflenet4j.data.preparation;

import static org.apache.commons.codec.digest.MessageDigestAlgorithms.MD5;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.commons.codec.digest.DigestUtils;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.archive.ArchiveKind;
import io.github.shufflenet4j.data.archive.EntryName;
import io.github.shufflenet4j.io.Sha256;
import io.github.shufflenet4j.io.download.RemoteFile;

/**
 * An archive of a published dataset.
 *
 * @param name    of the file, as published
 * @param archive what it is
 * @param address where it is, http or https; empty if it must be fetched by hand
 * @param size    its bytes, if known
 * @param sha256  its SHA-256, if known; there is one if there is an address
 * @param md5     its MD5, if that is what its publisher says
 */
public record DatasetFile(String name, ArchiveKind archive, Optional<URI> address, OptionalLong size,
                          Optional<Sha256> sha256, Optional<String> md5) {

    /** @throws IllegalArgumentException naming the value that makes no sense */
    public DatasetFile {
        if (!EntryName.isPlain(name)) {
            throw new IllegalArgumentException("name must be the name of a file, not '" + name + "'");
        }
        if (address.isPresent() && sha256.isEmpty()) {
            throw new IllegalArgumentException("sha256 must be given with an address: what is downloaded is checked");
        }
        if (address.isPresent() && !remote(name, address.get(), sha256.get(), size).fileName().equals(name)) {
            throw new IllegalArgumentException("address must end in the file's name, " + name + ", not "
                    + address.get());
        }
    }

    private static RemoteFile remote(String dataset, URI address, Sha256 sha256, OptionalLong size) {
        return new RemoteFile(dataset, address, sha256, size);
    }

    /** What to download, if it can be; {@code dataset} is what a user calls it. */
    Optional<RemoteFile> remote(String dataset) {
        return address.map(known -> remote(dataset, known, sha256.orElseThrow(), size));
    }

    /** @throws DataException if {@code file} is not this one, as far as is known of it */
    void check(Path file) throws IOException {
        if (size.isPresent() && Files.size(file) != size.getAsLong()) {
            throw new DataException(file + ": has " + Files.size(file) + " bytes where " + size.getAsLong()
                    + " were expected: it is not the published " + name + ", or a part of it; fetch it again");
        }
        if (sha256.isPresent() && !sha256.get().matches(file)
                || md5.isPresent() && !md5.get().equals(new DigestUtils(MD5).digestAsHex(file))) {
            throw new DataException(file + ": its checksum is wrong: it is damaged or not the published " + name
                    + "; fetch it again");
        }
    }
}
