package io.github.shufflenet4j.data.archive;

import java.io.IOException;
import java.io.InputStream;

/** Takes the files of an archive, one after the other. */
@FunctionalInterface
public interface EntryReader {

    /**
     * @param name    path within the archive, with {@code /} between its parts; it leads nowhere outside
     * @param content to be read within this call, or left alone
     */
    void read(String name, InputStream content) throws IOException;
}
