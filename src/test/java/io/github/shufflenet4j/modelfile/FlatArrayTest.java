package io.github.shufflenet4j.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import io.github.shufflenet4j.weights.WeightFileException;

class FlatArrayTest {

    private static final Path FILE = Path.of("some.zip");

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE", "HALF", "BFLOAT16"})
    void readsWhatNd4jWrites(DataType type) throws IOException {
        INDArray array = Nd4j.createFromArray(-1.5, 0, 1e-3, 300, Double.POSITIVE_INFINITY).castTo(type).reshape(1, 5);
        byte[] bytes = FlatArray.toBytes(array);
        INDArray read = FlatArray.read(FILE, "parameters", bytes, 5);
        assertThat(read).isEqualTo(array);
        assertThat(read.dataType()).isEqualTo(type);
        assertThat(Nd4j.read(new DataInputStream(new ByteArrayInputStream(bytes)))).isEqualTo(array);
    }

    @Test
    void otherArraysAreRefused() throws IOException {
        byte[] bytes = FlatArray.toBytes(Nd4j.zeros(DataType.FLOAT, 1, 5));
        assertRefused(bytes, 4, "5 parameters, but its configuration describes 4");
        assertRefused(Arrays.copyOf(bytes, bytes.length - 1), 5, "5 values of type FLOAT in 19 bytes");
        assertRefused(Arrays.copyOf(bytes, bytes.length + 1), 5, "5 values of type FLOAT in 21 bytes");
        assertRefused(Arrays.copyOf(bytes, 30), 5, "cut short");
        assertRefused(new byte[0], 5, "cut short");
        assertRefused(FlatArray.toBytes(Nd4j.zeros(DataType.INT, 1, 5)), 5, "type INT");
        byte[] other = bytes.clone();
        other[2] = 'X';
        assertRefused(other, 5, "XIXED_DATA_TYPES");
    }

    private static void assertRefused(byte[] bytes, long length, String reason) {
        assertThatExceptionOfType(WeightFileException.class)
                .isThrownBy(() -> FlatArray.read(FILE, "parameters", bytes, length))
                .withMessageStartingWith("some.zip: ").withMessageContaining(reason);
    }
}
