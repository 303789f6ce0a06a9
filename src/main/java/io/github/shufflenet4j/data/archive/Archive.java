package io.github.shufflenet4j.data.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.shufflenet4j.data.DataException;

/**
 * An archive of unknown origin, read entry by entry and as often as one likes. Entries whose names lead elsewhere, that
 * are links or devices, and archives that unpack to far more than they should, are refused; nothing is written.
 *
 * @param file where it is
 * @param kind what it is
 */
public record Archive(Path file, ArchiveKind kind) {

    /**
     * Hands all files to {@code reader}, in the order of the archive.
     *
     * @throws DataException naming the archive and the fault, or as {@code reader} throws it
     */
    public void read(EntryReader reader) throws DataException {
        try {
            kind.read(file, new Allowance(file.toString(), Files.size(file)), reader);
        } catch (DataException e) {
            throw e;
        } catch (IOException e) {
            throw new DataException(file + ": is damaged, or no " + kind + " archive (" + e.getMessage()
                    + "); fetch it again", e);
        }
    }
}
