package io.github.shufflenet4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorTest {

    @Test
    void refusesShapesThatDoNotMatch() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Tensor(new int[] {2, 3}, new float[5]))
                .withMessage("shape [2, 3] does not match 5 values");
        assertThatIllegalArgumentException().isThrownBy(() -> new Tensor(new int[] {-2, -3}, new float[6]))
                .withMessage("negative dimension in shape [-2, -3]");
        assertThatIllegalArgumentException().isThrownBy(() -> new Tensor(new int[] {65536, 65536}, new float[0]));
    }

    @Test
    void keepsItsShapeToItself() {
        int[] shape = {2};
        Tensor tensor = new Tensor(shape, new float[2]);
        shape[0] = 3;
        tensor.shape()[0] = 4;
        assertThat(tensor.shape()).containsExactly(2);
        assertThat(tensor).hasToString("float[2]");
    }

    /** Values from IEEE 754's binary16. */
    @ParameterizedTest
    @CsvSource({
        "0000, 0.0", "8000, -0.0", "0001, 0x1p-24f", "83ff, -6.097555160522461E-5", "0400, 0x1p-14f", "3c00, 1",
        "3555, 0.333251953125",
        "c000, -2", "7bff, 65504", "7c00, Infinity", "fc00, -Infinity", "7e00, NaN"
    })
    void convertsHalves(String hex, String expected) {
        assertThat(DType.halfToFloat((short) Integer.parseInt(hex, 16))).isEqualTo(Float.valueOf(expected));
    }
}
