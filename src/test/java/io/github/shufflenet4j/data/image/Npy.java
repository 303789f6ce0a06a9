package io.github.shufflenet4j.data.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the values of a little-endian float32 array in NumPy's format, version 1. */
public final class Npy {

    private Npy() {
    }

    public static float[] read(Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int header = buffer.getShort(8);
        String description = new String(buffer.array(), 10, header, StandardCharsets.ISO_8859_1);
        if (!description.contains("'<f4'") || !description.contains("'fortran_order': False")) {
            throw new IOException(file + ": " + description);
        }
        buffer.position(10 + header);
        float[] values = new float[buffer.remaining() / Float.BYTES];
        buffer.asFloatBuffer().get(values);
        return values;
    }
}
