package io.github.shufflenet4j.data.preparation;

import static org.apache.commons.codec.digest.MessageDigestAlgorithms.MD5;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.archive.Archive;
import io.github.shufflenet4j.io.Sha256;
import io.github.shufflenet4j.io.download.RemoteFile;

/**
 * An archive of a published dataset.
 *
 * @param name    of the file, as published
 * @param archive format
 * @param uri     http or https; empty if it must be fetched by hand
 * @param size    in bytes, if known
 * @param sha256  if known; required with a URI
 * @param md5     if its publisher gives one
 */
public record DatasetFile(String name, Archive.Kind archive, Optional<URI> uri, OptionalLong size,
                          Optional<Sha256> sha256, Optional<String> md5) {

    /** @throws IllegalArgumentException naming the invalid value */
    public DatasetFile {
        Validate.isTrue(Archive.isFileName(name), "name must be the name of a file, not '%s'", name);
        Validate.isTrue(uri.isEmpty() || sha256.isPresent(),
                "sha256 must be given with an address: downloads are checked");
        Validate.isTrue(uri.isEmpty()
                || new RemoteFile(name, uri.get(), sha256.get(), size).fileName().equals(name),
                "address must end in the file's name, %s, not %s", name, uri.orElse(null));
    }

    /** The file to download for a dataset of that name, if it can be. */
    Optional<RemoteFile> remote(String dataset) {
        return uri.map(known -> new RemoteFile(dataset, known, sha256.orElseThrow(), size));
    }

    /** @throws DataException if {@code file} has another size or checksum */
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
