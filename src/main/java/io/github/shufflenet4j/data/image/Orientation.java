package io.github.shufflenet4j.data.image;

import static io.github.shufflenet4j.data.image.ImageDecoder.startsWith;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How stored pixels are turned to be upright, as EXIF data say: cameras store what their sensor sees. The constants are
 * the values 1 to 8 of the tag; turns are clockwise.
 */
public enum Orientation {

    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    HALF_TURN(false, true, true),
    FLIPPED(false, false, true),
    TRANSPOSED(true, false, false),
    QUARTER_TURN(true, false, true),
    TRANSVERSED(true, true, true),
    THREE_QUARTER_TURN(true, true, false);

    private static final int TAG = 0x0112;
    private static final int ENTRY = 12;
    private static final int APP1 = 0xFFE1;
    private static final int START_OF_SCAN = 0xFFDA;
    private static final String EXIF = "Exif\0\0";

    /** Whether upright rows are stored as columns. */
    private final boolean transposed;
    /** Whether stored columns, and rows, are taken from the last on. */
    private final boolean fromRight;
    private final boolean fromBottom;

    Orientation(boolean transposed, boolean fromRight, boolean fromBottom) {
        this.transposed = transposed;
        this.fromRight = fromRight;
        this.fromBottom = fromBottom;
    }

    /** That of a JPEG, PNG, WebP or TIFF file; {@link #UPRIGHT} if it states none, or its metadata are damaged. */
    static Orientation of(byte[] file) {
        try {
            int start = exif(file);
            return start < 0 ? UPRIGHT : stated(ByteBuffer.wrap(file, start, file.length - start).slice());
        } catch (IndexOutOfBoundsException e) {
            return UPRIGHT;
        }
    }

    /** Where the EXIF data begin, in TIFF's structure; -1 if there are none. */
    private static int exif(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        if (JpegFile.isJpeg(file)) {
            for (int at = 2; bytes.getChar(at) != START_OF_SCAN; at += 2 + bytes.getChar(at + 2)) {
                if (bytes.getChar(at) == APP1 && startsWith(file, at + 4, EXIF)) {
                    return at + 4 + EXIF.length();
                }
            }
        } else if (ImageDecoder.isPng(file)) {
            for (int at = 8; bytes.getInt(at) >= 0; at += 12 + bytes.getInt(at)) {
                if (startsWith(file, at + 4, "eXIf")) {
                    return at + 8;
                }
            }
        } else if (ImageDecoder.isWebp(file)) {
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            for (int at = 12; bytes.getInt(at + 4) >= 0; at += 8 + bytes.getInt(at + 4) + bytes.getInt(at + 4) % 2) {
                if (startsWith(file, at, "EXIF")) {
                    return at + 8 + (startsWith(file, at + 8, EXIF) ? EXIF.length() : 0);
                }
            }
        }
        return ImageDecoder.isTiff(file) ? 0 : -1;
    }

    private static Orientation stated(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = tiff.getChar(directory);
        for (int entry = directory + 2; entry < directory + 2 + ENTRY * entries; entry += ENTRY) {
            int value = tiff.getChar(entry + 8);
            if (tiff.getChar(entry) == TAG && value >= 1 && value <= values().length) {
                return values()[value - 1];
            }
        }
        return UPRIGHT;
    }

    /** Columns of an upright image that has so many columns and rows as it is stored. */
    public int width(int columns, int rows) {
        return transposed ? rows : columns;
    }

    /** Rows of an upright image, likewise. */
    public int height(int columns, int rows) {
        return transposed ? columns : rows;
    }

    /** Where a part of the upright image is stored, in so many columns and rows. */
    public Region stored(Region upright, int columns, int rows) {
        int x = transposed ? upright.y() : upright.x();
        int y = transposed ? upright.x() : upright.y();
        int width = width(upright.width(), upright.height());
        int height = height(upright.width(), upright.height());
        return new Region(fromRight ? columns - x - width : x, fromBottom ? rows - y - height : y, width, height);
    }

    /** The upright image. */
    public RgbImage turn(RgbImage stored) {
        if (this == UPRIGHT) {
            return stored;
        }
        int columns = stored.width();
        int rows = stored.height();
        int nextColumn = fromRight ? -3 : 3;
        int nextRow = (fromBottom ? -3 : 3) * columns;
        int first = 3 * ((fromBottom ? rows - 1 : 0) * columns + (fromRight ? columns - 1 : 0));
        int right = transposed ? nextRow : nextColumn;
        int down = transposed ? nextColumn : nextRow;
        byte[] from = stored.pixels();
        byte[] to = new byte[from.length];
        int width = width(columns, rows);
        for (int at = 0, row = first; at < to.length; row += down) {
            for (int x = 0, pixel = row; x < width; x++, pixel += right) {
                to[at++] = from[pixel];
                to[at++] = from[pixel + 1];
                to[at++] = from[pixel + 2];
            }
        }
        return new RgbImage(width, height(columns, rows), to);
    }
}
