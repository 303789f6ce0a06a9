package io.github.shufflenet4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 20})
    void writesWhatItReads(int rank) throws IOException {
        int[] shape = new int[rank];
        int size = 1;
        for (int i = 0; i < rank; i++) {
            shape[i] = i < 4 ? i + 1 : 1;
            size *= shape[i];
        }
        float[] data = new float[size];
        for (int i = 0; i < size; i++) {
            data[i] = i - 0.5f;
        }
        Path file = folder.resolve("a.npy");
        NpyFile.write(file, new Tensor(shape, data));
        Tensor read = NpyFile.read(file);
        assertThat(read.shape()).isEqualTo(shape);
        assertThat(read.data()).isEqualTo(data);
    }

    /** The bytes of {@code numpy.save(file, numpy.float32([[1, 2, 3]]))}. */
    @Test
    void writesAsNumPyDoes() throws IOException {
        Path file = folder.resolve("a.npy");
        NpyFile.write(file, new Tensor(new int[] {1, 3}, new float[] {1, 2, 3}));
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        String header = "\u0093NUMPY\1\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }";
        assertThat(text).startsWith(header);
        assertThat(text.indexOf('\n')).isEqualTo(127);
        assertThat(text).hasSize(128 + 12);
    }

    @ParameterizedTest
    @CsvSource({
        "1, <f4, 00002040", "2, <f4, 00002040", "3, <f8, 0000000000000440", "1, <f2, 0041", "1, <i8, 0200000000000000",
        "1, <i4, 02000000", "1, |u1, fe", "1, |b1, 01"
    })
    void readsVersionsAndTypes(int version, String descr, String hex) throws IOException {
        float expected = switch (descr) {
            case "<i8", "<i4" -> 2;
            case "|u1" -> 254;
            case "|b1" -> 1;
            default -> 2.5f;
        };
        Path file = npy(version, "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (1,), }\n", bytes(hex));
        assertThat(NpyFile.read(file).data()).containsExactly(expected);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }; is in Fortran order",
        "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }; elements of type '>f4'",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }; elements of type '|O'",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }; elements of type '<c8'",
        "{'descr': '', 'fortran_order': False, 'shape': (1,), }; elements of type ''",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }; without a simple descr",
        "{'descr': '<f4', 'shape': (1,), }; without fortran_order",
        "{'descr': '<f4', 'fortran_order': False}; without shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }; without shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1 1,), }; damaged shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }; damaged shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }; does not match the 4 bytes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,), }; does not match the 4 bytes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }; does not match the 4 bytes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }; does not match the 4 bytes"
    })
    void refusesOtherArrays(String header, String fault) throws IOException {
        assertRefused(npy(1, header, new byte[4]), fault);
    }

    @Test
    void rowsComeOneByOne() throws IOException {
        Path file = folder.resolve("rows.npy");
        NpyFile.writeRows(file, new int[] {2, 1}, rows -> {
            for (int i = 0; i < 1000; i++) {
                rows.add(new float[] {i, -i});
            }
        });
        Tensor read = NpyFile.read(file);
        assertThat(read.shape()).containsExactly(1000, 2, 1);
        assertThat(Arrays.copyOfRange(read.data(), 1996, 2000)).containsExactly(998, -998, 999, -999);
        NpyFile.writeRows(file, new int[] {3}, rows -> { });
        assertThat(NpyFile.read(file).shape()).containsExactly(0, 3);
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> NpyFile.writeRows(file, new int[] {3}, rows -> rows.add(new float[2])))
                .hasMessageContaining("a row of 2 elements, expected 3");
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void refusesOtherFiles() throws IOException {
        assertRefused(Files.writeString(folder.resolve("a.txt"), "not numpy"), "is not a NumPy array file");
        assertRefused(npy(4, "", new byte[0]), "has version 4");
        Path file = folder.resolve("huge.npy");
        Files.write(file, ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0}).putInt(-1).array());
        assertRefused(file, "claims a header of 4294967295 bytes");
    }

    private Path npy(int version, String header, byte[] data) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(12 + header.length() + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            bytes.putShort((short) header.length());
        } else {
            bytes.putInt(header.length());
        }
        bytes.put(header.getBytes(StandardCharsets.US_ASCII)).put(data);
        byte[] used = new byte[bytes.position()];
        bytes.flip().get(used);
        return Files.write(folder.resolve("b.npy"), used);
    }

    private static void assertRefused(Path file, String fault) {
        assertThatThrownBy(() -> NpyFile.read(file)).isInstanceOf(WeightFileException.class)
                .hasMessageStartingWith(file + ": ").hasMessageContaining(fault).hasMessageNotContaining("\n");
    }
}
