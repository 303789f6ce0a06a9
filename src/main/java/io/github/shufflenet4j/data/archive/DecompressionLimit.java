package io.github.shufflenet4j.data.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.commons.io.input.ProxyInputStream;

import io.github.shufflenet4j.data.DataException;

/** Limits the bytes that an archive unpacks to: some kilobytes can be made that unpack to terabytes. */
final class DecompressionLimit {

    /** Photos hardly shrink, and texts to a tenth at the least. */
    private static final long MAX_RATIO = 20;
    private static final long ALWAYS_ALLOWED = 64L << 20;

    private final Path archive;
    private final long total;
    private long left;

    DecompressionLimit(Path archive) throws IOException {
        this.archive = archive;
        this.total = ALWAYS_ALLOWED + MAX_RATIO * Files.size(archive);
        this.left = total;
    }

    /** The same stream, which fails at the limit of the whole archive. */
    InputStream limited(InputStream unpacked) {
        return new ProxyInputStream(unpacked) {
            @Override
            protected void afterRead(int count) throws IOException {
                spend(Math.max(0, count));
            }

            @Override
            public long skip(long count) throws IOException {
                long skipped = super.skip(count);
                spend(skipped);
                return skipped;
            }
        };
    }

    private void spend(long bytes) throws DataException {
        left -= bytes;
        if (left < 0) {
            throw new DataException(archive + ": unpacks to more than " + total + " bytes, more than such an archive"
                    + " can hold, and is refused: it is not the published one");
        }
    }
}
