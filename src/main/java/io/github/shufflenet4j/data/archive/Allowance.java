package io.github.shufflenet4j.data.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

import io.github.shufflenet4j.data.DataException;

/** The bytes that an archive may still unpack to: some kilobytes can be made that unpack to terabytes. */
final class Allowance {

    /** Photos hardly shrink, and texts to a tenth at the least. */
    private static final long GREATEST_RATIO = 20;
    private static final long ALWAYS_ALLOWED = 64L << 20;

    private final String archive;
    private final long total;
    private long left;

    /**
     * @param archive what to call it
     * @param packed  its bytes
     */
    Allowance(String archive, long packed) {
        this.archive = archive;
        this.total = ALWAYS_ALLOWED + GREATEST_RATIO * packed;
        this.left = total;
    }

    /** The same stream, which fails where the allowance ends. */
    InputStream limit(InputStream unpacked) {
        return new FilterInputStream(unpacked) {
            @Override
            public int read() throws IOException {
                int value = super.read();
                spend(value < 0 ? 0 : 1);
                return value;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = super.read(target, offset, length);
                spend(Math.max(0, count));
                return count;
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
