package io.github.shufflenet4j.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.io.AtomicFile;

/**
 * NumPy's <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">{@code .npy}</a>, versions 1
 * to 3: a magic string, the version, the header's length (two bytes in version 1, four since), a header that is a
 * Python dict of {@code descr}, {@code fortran_order} and {@code shape}, and the elements.
 */
public final class NpyFile {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    /** Of the first element. */
    private static final int ALIGNMENT = 64;

    /** NumPy itself refuses longer ones. */
    private static final int MAX_HEADER_LENGTH = 10_000;

    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9L, ]*)\\)"); // 3L is of Python 2

    private NpyFile() {
    }

    /**
     * Reads a little-endian array in C order, of floats or integers of any width, as floats.
     *
     * @throws WeightFileException if the file is missing, damaged, or an array of another kind (Fortran order,
     *     big-endian, objects, structures, complex numbers, text)
     */
    public static Tensor read(Path file) throws WeightFileException {
        Bytes in = Bytes.of(file);
        in.throwIf(in.remaining() < MAGIC.length || !Arrays.equals(in.array(MAGIC.length), MAGIC),
                "is not a NumPy array file; write it with numpy.save");
        int version = in.unsignedByte();
        in.unsignedByte(); // the minor version
        in.throwIf(version < 1 || version > 3, "has version %s of the .npy format, this build reads 1 to 3", version);
        long length = version == 1 ? in.unsignedShort() : in.unsignedInt();
        in.throwIf(length > MAX_HEADER_LENGTH, "claims a header of %s bytes, %s are allowed; write it again", length,
                MAX_HEADER_LENGTH);
        String header = in.text(length, StandardCharsets.UTF_8);
        String descr = field(DESCR, header, "a simple descr", in);
        DType type = DType.ofNpy(descr).orElseThrow(() -> in.fault("holds elements of type '" + descr
                + "'; only little-endian numbers are read: write array.astype('<f4')"));
        in.throwIf(field(FORTRAN, header, "fortran_order", in).equals("True"),
                "is in Fortran order; write numpy.ascontiguousarray(array)");
        long[] shape = shape(field(SHAPE, header, "shape", in), in);
        long elements = Tensor.elements(shape);
        in.throwIf(elements < 0 || elements * type.size() != in.remaining(),
                "is damaged or cut short: shape %s of '%s' does not match the %s bytes after the header; write it"
                + " again", Arrays.toString(shape), descr, in.remaining());
        return Tensor.decode(type, Tensor.shape(shape), in.toBuffer());
    }

    private static String field(Pattern pattern, String header, String name, Bytes in) throws WeightFileException {
        Matcher matcher = pattern.matcher(header);
        in.throwIf(!matcher.find(), "has a .npy header without %s: %s", name, header.strip());
        return matcher.group(1);
    }

    private static long[] shape(String text, Bytes in) throws WeightFileException {
        try {
            return Arrays.stream(text.split(",")).map(dimension -> dimension.replace("L", "").strip())
                    .filter(dimension -> !dimension.isEmpty()).mapToLong(Long::parseLong).toArray();
        } catch (NumberFormatException e) {
            throw in.fault("has a damaged shape (" + text + ") in its .npy header; write it again", e);
        }
    }

    /**
     * Writes float32 in C order, as version 1; atomically, replacing an existing file.
     *
     * @throws IOException if the file cannot be written; an existing file is then unchanged
     */
    public static void write(Path file, Tensor array) throws IOException {
        AtomicFile.write(file, out -> {
            out.write(header(Tensor.longShape(array.shape()), 0));
            array.writeTo(out, DType.F32);
        });
    }

    /** Receives the rows of an array, one by one. */
    @FunctionalInterface
    public interface RowSink {

        /**
         * @param row elements of the row, in C order
         * @throws IllegalArgumentException if they are more or fewer than a row has
         */
        void add(float[] row) throws IOException;
    }

    /**
     * As {@link #write}, row by row, for arrays that do not fit into memory or whose number of rows is not known yet.
     *
     * @param rowShape shape of a row: the array's without its first dimension
     * @param rows     given a sink, fills it
     * @throws IOException if {@code rows} fails, or the file cannot be written; an existing file is then unchanged
     */
    public static void writeRows(Path file, int[] rowShape, AtomicFile.IOConsumer<RowSink> rows) throws IOException {
        long[] row = Tensor.longShape(rowShape);
        int length = Math.toIntExact(Tensor.elements(row));
        long[] shape = ArrayUtils.addFirst(row, 0);
        int start = header(ArrayUtils.addFirst(row, Long.MAX_VALUE), 0).length;
        AtomicFile.writeChannel(file, channel -> {
            OutputStream out = Channels.newOutputStream(channel);
            channel.position(start);
            ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            rows.accept(values -> {
                Validate.isTrue(values.length == length, "a row of %s elements, expected %s", values.length, length);
                bytes.asFloatBuffer().put(values);
                out.write(bytes.array());
                shape[0]++;
            });
            channel.position(0);
            out.write(header(shape, start));
        });
    }

    private static byte[] header(long[] shape, int minLength) {
        String dimensions = Arrays.stream(shape).mapToObj(Long::toString).collect(Collectors.joining(", "));
        if (shape.length == 1) {
            dimensions += ","; // or Python would read a number in brackets
        }
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + dimensions + "), }";
        int start = MAGIC.length + 2 + Short.BYTES;
        int end = Math.max(minLength, (start + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        ByteBuffer head = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
        head.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (end - start));
        head.put(header.getBytes(StandardCharsets.US_ASCII));
        Arrays.fill(head.array(), head.position(), end - 1, (byte) ' ');
        head.array()[end - 1] = '\n';
        return head.array();
    }
}
